from contextlib import suppress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

BATCH = 200
LEFT_OVER = 10_000


class Prepared(dict):
    """What goes out for the mails of one batch, by their ids; and addresses that all bear.

    A type of its own, so that no context that comes from outside can pass for it.
    """

    def __init__(self):
        super().__init__()
        self.addresses = {}


class MailMail(models.Model):
    """Mails of a mailing go in batches.

    Core commits after each mail, and then reads all it knows anew, and deletes each mail as soon
    as it has gone. What the mails of a batch say is read before the first of them goes; that a
    mail has gone is kept at once, as in core; what follows from it is done for all together.
    """

    _inherit = "mail.mail"

    def _send(self, *args, post_send_callback=None, **kwargs):
        mailed = self.with_context(prefetch_fields=False).filtered("mailing_id")
        others = self - mailed
        if others or not self:
            super(MailMail, others)._send(*args, post_send_callback=post_send_callback, **kwargs)
        for ids in split_every(BATCH, mailed.ids):
            batch = self.browse(ids)
            prepared = batch._prepared(kwargs.get("mail_server"))
            here = batch.with_context(embassy_prepared=prepared)
            super(MailMail, here)._send(*args, **kwargs)
            batch._settle()
            if post_send_callback:
                post_send_callback(ids)
        return True

    def _is_prepared(self):
        return isinstance(self.env.context.get("embassy_prepared"), Prepared)

    def _prepared(self, mail_server):
        """Of the mails without files, what goes out (Prepared); a file is read at its turn."""
        prepared = Prepared()
        for mail in self:
            plain = mail.state == "outgoing" and not mail.attachment_ids
            if plain and "/mail/unfollow" not in (mail.body_html or ""):
                server = mail_server or mail.mail_server_id
                # What cannot be prepared fails again at its turn, and is noted there.
                with suppress(Exception):
                    prepared[mail.id] = mail._prepare_outgoing_list(
                        mail_server=server, doc_to_followers={}
                    )
        return prepared

    def _prepare_outgoing_list(self, *args, **kwargs):
        if self._is_prepared() and self.id in self.env.context["embassy_prepared"]:
            return self.env.context["embassy_prepared"].pop(self.id)
        return super()._prepare_outgoing_list(*args, **kwargs)

    def write(self, vals):
        """The message keeps its id, and is not written again to say so."""
        if self._is_prepared() and "message_id" in vals:
            if set(self.mapped("message_id")) == {vals["message_id"]}:
                vals = {name: vals[name] for name in vals if name != "message_id"}
        return super().write(vals)

    def _postprocess_sent_message(self, *args, **kwargs):
        if self._is_prepared() and all(mail._has_gone() for mail in self):
            return True
        return super()._postprocess_sent_message(*args, **kwargs)

    def _has_gone(self):
        gone = self.state == "sent" and not self.failure_type
        return gone and self.mailing_id and self.auto_delete and not self.is_notification

    def _settle(self):
        """Note in the traces which of the mails have gone, and delete those."""
        gone = self.exists().filtered(lambda mail: mail._has_gone())
        if gone:
            gone._postprocess_sent_message(success_pids=[], success_emails=[])

    @api.autovacuum
    def _gc_gone(self):
        """Settle what had gone when the server fell before it was settled."""
        domain = [
            ("mailing_id", "!=", False),
            ("auto_delete", "=", True),
            ("state", "=", "sent"),
            ("write_date", "<", fields.Datetime.now() - timedelta(hours=1)),
        ]
        found = self.search(domain, limit=LEFT_OVER, order="id")
        for ids in split_every(BATCH, found.ids):
            self.browse(ids)._settle()
        return len(found), len(found) == LEFT_OVER
