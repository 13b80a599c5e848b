from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        return super(
            MailThread, self.with_context(embassy_incoming_mail=True)
        )._message_route_process(message, message_dict, routes)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out followers who have come to belong to the regime since they followed."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        outside = [recipient for recipient in recipients if recipient.get("share", True)]
        if not outside:
            return recipients
        Partner = self.env["res.partner"]
        regime, addresses = Partner._regime_among(
            Partner.browse({recipient["id"] for recipient in outside if recipient["id"]}),
            [recipient.get("email_normalized") for recipient in outside],
        )
        return [
            recipient
            for recipient in recipients
            if recipient["id"] not in regime.ids
            and (recipient.get("email_normalized") or "") not in addresses
        ]
