from odoo import models
from odoo.fields import Domain


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    def _get_recipients_domain(self):
        """Leave out the regime from every count and every sending.

        Lists refuse it when somebody adds it. A contact that became one of theirs afterwards is
        left out here, so that it does not stop the mail to all others.
        """
        domain = Domain(super()._get_recipients_domain())
        target = self.env[self.mailing_model_real]
        if target._name == "res.partner":
            domain &= Domain("is_regime", "!=", True)
        elif "partner_id" in target._fields and target._fields["partner_id"].store:
            domain &= Domain("partner_id.is_regime", "!=", True)
        if "email_normalized" in target._fields:
            domain &= Domain("email_normalized", "not in", self._regime_addresses())
        return domain

    def _regime_addresses(self):
        """Addresses of the regime that any chapter knows (list of str)."""
        # sudo: whether a mail may go out does not depend on what its sender may see
        partners_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        regime_sudo = partners_sudo.search_fetch(
            [("is_regime", "=", True), ("email_normalized", "!=", False)], ["email_normalized"]
        )
        return regime_sudo.mapped("email_normalized")
