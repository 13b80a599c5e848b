from odoo import api, models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    @api.model_create_multi
    def create(self, vals_list):
        attendees = super().create(vals_list)
        attendees._keep_off_regime()
        return attendees

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id", "email"} & vals.keys():
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        # sudo: the invited alone are read, by the path that has just written them
        attendees_sudo = self.sudo()
        self.env["res.partner"]._regime_guard(
            attendees_sudo.partner_id, filter(None, attendees_sudo.mapped("email"))
        )
