from odoo import api, fields, models
from odoo.exceptions import ValidationError


class EmbassyCaseNeed(models.Model):
    """One need of a case and how far it is met: a coarse fact, no words about the person."""

    _name = "embassy.case.need"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Need of a case"
    _order = "id"
    _rec_name = "need_id"

    case_id = fields.Many2one(
        "helpdesk.ticket", required=True, index=True, ondelete="cascade", check_company=True
    )
    need_id = fields.Many2one(
        "embassy.need",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('is_protected', '=', False)]",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("in_progress", "In progress"),
            ("met", "Met"),
            ("not_met", "Not met"),
            ("referred", "Referred"),
        ],
        required=True,
        default="open",
    )

    @api.constrains("case_id")
    def _check_case_id(self):
        for line in self:
            if not line.case_id.is_case:
                raise ValidationError(self.env._("Needs belong to cases only."))

    @api.constrains("need_id")
    def _check_need_id(self):
        for line in self:
            if line.need_id.is_protected:
                raise ValidationError(
                    self.env._("A case does not tell which protected need it is.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._coarse(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._coarse(vals))

    def _coarse(self, vals):
        """Put the protected entry for a protected kind, and the chapter of the case."""
        vals = dict(vals)
        if vals.get("need_id"):
            vals["need_id"] = self.env["embassy.need"].browse(vals["need_id"])._on_case().id
        [vals] = self._with_chapter_of([vals], "case_id")
        return vals
