from odoo import models


class MailingSubscriptionOptout(models.Model):
    _name = "mailing.subscription.optout"
    _inherit = [
        "embassy.narrow.mixin",
        "mailing.subscription.optout",
        "embassy.shared.mixin",
    ]
