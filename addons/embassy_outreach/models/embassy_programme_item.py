from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list


class EmbassyProgrammeItem(models.Model):
    """One point in the programme of a visit."""

    _name = "embassy.programme.item"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Point of a programme"
    _order = "date_start, id"
    _rec_name = "purpose"

    visit_id = fields.Many2one(
        "event.event",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('is_visit', '=', True)]",
    )
    purpose = fields.Char(required=True)
    date_start = fields.Datetime("Start", required=True)
    date_end = fields.Datetime("End", required=True)
    place = fields.Char()
    host_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    language_id = fields.Many2one("res.lang", context={"active_test": False})
    needs_interpreter = fields.Boolean("Interpreter needed")
    is_press = fields.Boolean("Press")
    user_id = fields.Many2one("res.users", "Responsible", check_company=True)
    clash = fields.Char("Clashes", compute="_compute_clash")

    _dates_in_order = models.Constraint(
        "CHECK (date_end > date_start)", "A point of the programme ends after it starts."
    )
    _programme_idx = models.Index("(company_id, date_start, id)")

    @api.depends(
        "date_start",
        "date_end",
        "visit_id.programme_item_ids.date_start",
        "visit_id.programme_item_ids.date_end",
    )
    def _compute_clash(self):
        for item in self:
            others = (item.visit_id.programme_item_ids - item._origin - item).filtered(
                lambda other, item=item: (
                    item._is_timed()
                    and other._is_timed()
                    and other.date_start < item.date_end
                    and item.date_start < other.date_end
                )
            )
            names = format_list(self.env, [other.purpose or "" for other in others])
            item.clash = (
                self.env._("At the same time: %(others)s", others=names) if others else False
            )

    def _is_timed(self):
        return bool(self.date_start and self.date_end)

    @api.constrains("date_start", "date_end", "visit_id")
    def _check_dates(self):
        for item in self:
            visit = item.visit_id
            if not visit.is_visit:
                raise ValidationError(self.env._("Only a visit has a programme."))
            if item.date_start < visit.date_begin or item.date_end > visit.date_end:
                raise ValidationError(
                    self.env._(
                        "%(purpose)s lies outside the dates of the visit.", purpose=item.purpose
                    )
                )

    @api.constrains("host_id")
    def _check_host_id(self):
        self.env["res.partner"]._regime_guard(self.host_id)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_chapter_of(vals_list, "visit_id"))

    def write(self, vals):
        return super().write(*self._with_chapter_of([vals], "visit_id"))
