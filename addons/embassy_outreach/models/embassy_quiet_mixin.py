from odoo import api, models


class EmbassyQuietMixin(models.AbstractModel):
    """A timeline of notes that never leaves the house.

    What a chapter thinks of somebody goes out by no mail, neither to that person nor to
    colleagues: these find it in their inbox inside, and a mail says at most that there is news.
    """

    _name = "embassy.quiet.mixin"
    _inherit = ["mail.thread"]
    _description = "Notes that no mail carries"

    @api.model
    def _mail_get_partner_fields(self, introspect_fields=False):
        """Nobody whom the notes are about is offered as a recipient."""
        return []

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        return [
            {**recipient, "notif": "inbox"}
            for recipient in recipients
            if recipient["active"] and not recipient["share"]
        ]

    def _message_auto_subscribe_notify(self, partner_ids, template):
        # sudo: the people who have just been put in charge, which the caller has checked
        users_sudo = self.env["res.users"].sudo()
        users_sudo.search([("partner_id", "in", partner_ids)])._tell_news()
