from odoo import fields, models


class EventTypeTicket(models.Model):
    """A part of a template is shared, and kept, as the template is."""

    _name = "event.type.ticket"
    _inherit = ["event.type.ticket", "embassy.shared.mixin"]

    company_id = fields.Many2one(related="event_type_id.company_id", store=True, default=None)
