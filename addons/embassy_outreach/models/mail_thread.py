from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        """Mails to letters become letters of their own, or are not kept."""
        route = super()._routing_check_route(message, message_dict, route, raise_exception)
        if route and route[0] == "embassy.letter":
            return self.env["embassy.letter"]._route_mail(message, message_dict, route)
        return route
