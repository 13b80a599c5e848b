from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize_all

RECIPIENTS = {"recipient_ids", "email_to", "email_cc"}


class Cleared(frozenset):
    """Addresses that are not of the regime, for the mails of one batch.

    A type of its own, so that no context that comes from outside can pass for it.
    """


class MailMail(models.Model):
    _inherit = "mail.mail"

    is_news = fields.Boolean(help="Tells somebody that there is news, and nothing else.")

    _failed_news_idx = models.Index("(create_date) WHERE is_news IS TRUE AND state = 'exception'")

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        mails._keep_off_regime()
        return mails

    def write(self, vals):
        result = super().write(vals)
        if RECIPIENTS & vals.keys():
            self._keep_off_regime()
        return result

    def _send(self, *args, **kwargs):
        """Ask once for a batch of mails; the net at the envelope asks for what is not in it."""
        # sudo: the recipients alone are read, to be asked about
        mails_sudo = self.sudo()
        texts = (
            mails_sudo.mapped("email_to")
            + mails_sudo.mapped("email_cc")
            + mails_sudo.recipient_ids.mapped("email")
        )
        addresses = {address for text in texts for address in email_normalize_all(text or "")}
        _partners, regime = self.env["res.partner"]._regime_among(emails=addresses)
        batch = self.with_context(embassy_cleared=Cleared(addresses - regime))
        return super(MailMail, batch)._send(*args, **kwargs)

    @api.model
    def process_email_queue(self, *args, **kwargs):
        """News that found no mail host is sent later, for a day: Odoo tries a mail once."""
        failed = self.search(
            [
                ("is_news", "=", True),
                ("state", "=", "exception"),
                ("failure_type", "in", [False, "mail_smtp"]),
                ("create_date", ">", fields.Datetime.now() - timedelta(days=1)),
            ]
        )
        failed.mark_outgoing()
        return super().process_email_queue(*args, **kwargs)

    def _keep_off_regime(self):
        # sudo: the recipients alone are read, by the path that has just written them
        mails_sudo = self.sudo()
        self.env["res.partner"]._regime_guard(
            mails_sudo.recipient_ids,
            filter(None, mails_sudo.mapped("email_to") + mails_sudo.mapped("email_cc")),
        )
