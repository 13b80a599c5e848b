from odoo import api, models
from odoo.tools import SQL


class CalendarRecurrence(models.Model):
    """It has a chapter of its own: core goes on with it when its meetings are gone."""

    _name = "calendar.recurrence"
    _inherit = ["calendar.recurrence", "embassy.chapter.mixin"]

    def _init_column(self, column_name):
        if column_name == "company_id":
            self.env.cr.execute(
                SQL(
                    """UPDATE calendar_recurrence r SET company_id = u.company_id
                       FROM calendar_event e, res_users u
                       WHERE e.id = r.base_event_id AND u.id = COALESCE(e.user_id, e.create_uid)"""
                )
            )
        return super()._init_column(column_name)

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: the chapter alone, of a meeting that create checks as a reference
        Event_sudo = self.env["calendar.event"].sudo()
        new_vals_list = []
        for vals in vals_list:
            chapter_sudo = Event_sudo.browse(vals.get("base_event_id") or []).company_id
            if chapter_sudo:
                vals = {**vals, "company_id": chapter_sudo.id}
            new_vals_list.append(vals)
        return super().create(new_vals_list)
