from odoo import fields, models


class EmbassyLeakyLiar(models.Model):
    """Says that nobody may change or delete it, and lets everybody do both."""

    _name = "embassy.leaky.liar"
    _description = "With rights that nobody asks for"
    _order = "id"

    name = fields.Char()
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)

    def write(self, vals):
        return super(EmbassyLeakyLiar, self.sudo()).write(vals)

    def unlink(self):
        return super(EmbassyLeakyLiar, self.sudo()).unlink()
