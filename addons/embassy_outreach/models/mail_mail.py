from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

BATCH = 500
LEFT_OVER = 10_000


class Later(set):
    """Ids of mails that have gone and are deleted together.

    A type of its own, so that no context that comes from outside can pass for it.
    """


class MailMail(models.Model):
    """Mails of a mailing are deleted by hundreds when they have gone.

    Core deletes each as soon as it has gone, which costs more than sending it.
    """

    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        gone = Later()
        mails = self.with_context(embassy_gone=gone)
        try:
            return super(MailMail, mails)._send(*args, **kwargs)
        finally:
            self._delete_gone(gone)

    def unlink(self):
        gone = self.env.context.get("embassy_gone")
        if isinstance(gone, Later) and all(mail.mailing_id for mail in self):
            gone.update(self.ids)
            return True
        return super().unlink()

    @api.model
    def _delete_gone(self, ids):
        # sudo: what the system sends it deletes, as core does
        mails_sudo = self.sudo()
        for some in split_every(BATCH, sorted(ids)):
            mails_sudo.browse(some).exists().unlink()

    @api.autovacuum
    def _gc_gone(self):
        """Delete what had gone when the server fell before it was deleted."""
        domain = [
            ("mailing_id", "!=", False),
            ("auto_delete", "=", True),
            ("state", "=", "sent"),
            ("write_date", "<", fields.Datetime.now() - timedelta(hours=1)),
        ]
        found = self.search(domain, limit=LEFT_OVER, order="id")
        self._delete_gone(found.ids)
        return len(found), len(found) == LEFT_OVER
