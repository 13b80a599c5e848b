from odoo import fields, models


class EmbassyLeakyOracle(models.Model):
    """Rows are walled, but a field searches as the system, and a check of names sees all."""

    _name = "embassy.leaky.oracle"
    _description = "With a hole in its wall"
    _order = "id"

    name = fields.Char()
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)
    leaky_ids = fields.One2many("embassy.leaky", "oracle_id")
    word = fields.Char(compute="_compute_word", search="_search_word")
    foreign_name = fields.Char(compute="_compute_foreign_name")

    def _compute_word(self):
        self.word = False

    def _search_word(self, operator, value):
        hit = self.sudo().search_count([("name", operator, value)])
        return [("id", "!=" if hit else "=", False)]

    def _compute_foreign_name(self):
        names = self.sudo().search([]).mapped("name")
        self.foreign_name = " ".join(filter(None, names))
