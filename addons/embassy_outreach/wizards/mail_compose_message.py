from odoo import models


class MailComposeMessage(models.TransientModel):
    """A mailing to subscribers asks about a batch what Odoo asks about all, and says it once."""

    _inherit = "mail.compose.message"
    _batch_size = 200

    def _get_done_emails(self, mail_values_dict):
        """Of those who had it, only the ones of this batch.

        Odoo reads the addresses of all who had it, once a batch. A chapter has each address once,
        so who had it is known by the row.
        """
        mailing = self.mass_mailing_id
        if self.model != "embassy.subscriber" or not mailing or mailing.ab_testing_enabled:
            return super()._get_done_emails(mail_values_dict)
        # sudo: who had this mailing, and nothing else of the traces
        traces_sudo = self.env["mailing.trace"].sudo()
        had = [
            ("mass_mailing_id", "=", mailing.id),
            ("model", "=", self.model),
            ("res_id", "in", list(mail_values_dict)),
            ("email", "!=", False),
        ]
        return traces_sudo.search_fetch(had, ["email"]).mapped("email")

    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        """What has no placeholder is the same for all subscribers, and rendered once a batch."""
        src = str(template_src or "")
        if model != "embassy.subscriber" or not res_ids or "{{" in src or "t-" in src:
            return super()._render_template(template_src, model, res_ids, *args, **kwargs)
        res_ids = list(res_ids)
        one = super()._render_template(template_src, model, res_ids[:1], *args, **kwargs)
        return dict.fromkeys(res_ids, one[res_ids[0]])

    def _manage_mail_values(self, mail_values_all):
        """The text of a mail that is deleted when it went stands in the mail alone.

        In the message as well, it would be cleaned for each recipient anew, and nobody reads it.
        """
        values_all = super()._manage_mail_values(mail_values_all)
        if self.mass_mailing_id and self.auto_delete and not self.auto_delete_keep_log:
            for values in values_all.values():
                values.pop("body", None)
        return values_all
