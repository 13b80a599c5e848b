from odoo.http import request, route

from odoo.addons.calendar.controllers.main import CalendarController


class WalledCalendar(CalendarController):
    @route()
    def calendar_join_meeting(self, token, **kwargs):
        """A link that was passed on lets nobody of another chapter in."""
        # sudo: the chapter alone, of a meeting whose link somebody has
        event_sudo = request.env["calendar.event"].sudo().search([("access_token", "=", token)])
        user = request.env.user
        if not (
            event_sudo.company_id in user.company_ids or user.partner_id in event_sudo.partner_ids
        ):
            raise request.not_found()
        return super().calendar_join_meeting(token, **kwargs)
