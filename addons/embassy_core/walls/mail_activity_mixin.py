from odoo import fields, models


class MailActivityMixin(models.AbstractModel):
    """Searching documents by their activities asks no more than one may read.

    Core searches these fields as the system, so that a domain answers yes or no about activities
    that one does not see.
    """

    _inherit = "mail.activity.mixin"

    activity_ids = fields.One2many(bypass_search_access=False)
    activity_type_id = fields.Many2one(related_sudo=False)
    activity_type_icon = fields.Char(related_sudo=False)
    activity_summary = fields.Char(related_sudo=False)
    activity_calendar_event_id = fields.Many2one(related_sudo=False)
