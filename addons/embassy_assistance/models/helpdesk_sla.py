from odoo import fields, models

from .helpdesk_ticket import URGENCIES


class HelpdeskSla(models.Model):
    """A promised time. With an urgency it is for cases only, without one for other tickets."""

    _name = "helpdesk.sla"
    _inherit = ["helpdesk.sla", "embassy.cached.mixin"]

    urgency = fields.Selection(
        URGENCIES, help="Promised to cases of this urgency. Empty: for tickets that are no cases."
    )
