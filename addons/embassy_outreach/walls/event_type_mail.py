from odoo import fields, models


class EventTypeMail(models.Model):
    """A part of a template is shared, and kept, as the template is."""

    _name = "event.type.mail"
    _inherit = ["event.type.mail", "embassy.shared.mixin"]

    company_id = fields.Many2one(related="event_type_id.company_id", store=True, default=None)
