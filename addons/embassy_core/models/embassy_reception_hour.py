from odoo import api, fields, models
from odoo.tools import format_duration


class EmbassyReceptionHour(models.Model):
    _name = "embassy.reception.hour"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Reception hours"
    _order = "company_id, weekday, hour_from, id"

    weekday = fields.Selection(
        [
            ("1", "Monday"),
            ("2", "Tuesday"),
            ("3", "Wednesday"),
            ("4", "Thursday"),
            ("5", "Friday"),
            ("6", "Saturday"),
            ("7", "Sunday"),
        ],
        required=True,
        default="1",
    )
    hour_from = fields.Float("From", required=True)
    hour_to = fields.Float("To", required=True)

    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Reception hours begin before they end, on the same day.",
    )

    @api.depends("weekday", "hour_from", "hour_to")
    def _compute_display_name(self):
        days = dict(self._fields["weekday"]._description_selection(self.env))
        for row in self:
            hours = f"{format_duration(row.hour_from)}–{format_duration(row.hour_to)}"
            row.display_name = f"{days.get(row.weekday, '')} {hours}"
