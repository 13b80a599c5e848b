from odoo import api, fields, models


class EmbassyDelegate(models.Model):
    """Somebody who takes part in a visit, by the name that may be shown and nothing private."""

    _name = "embassy.delegate"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Member of a delegation"
    _order = "sequence, id"

    visit_id = fields.Many2one(
        "event.event", required=True, index=True, ondelete="cascade", check_company=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Shown name", required=True)
    role = fields.Char()
    affiliation = fields.Char()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_chapter_of(vals_list, "visit_id"))

    def write(self, vals):
        return super().write(*self._with_chapter_of([vals], "visit_id"))
