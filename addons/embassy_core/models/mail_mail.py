from odoo import api, models

RECIPIENTS = {"recipient_ids", "email_to", "email_cc"}


class MailMail(models.Model):
    _inherit = "mail.mail"

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

    def _keep_off_regime(self):
        # sudo: the recipients alone are read, by the path that has just written them
        mails_sudo = self.sudo()
        self.env["res.partner"]._regime_guard(
            mails_sudo.recipient_ids,
            filter(None, mails_sudo.mapped("email_to") + mails_sudo.mapped("email_cc")),
        )
