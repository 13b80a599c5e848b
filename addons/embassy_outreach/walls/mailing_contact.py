from odoo import api, models


class MailingContact(models.Model):
    _inherit = "mailing.contact"

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        contacts._keep_off_regime()
        return contacts

    def write(self, vals):
        result = super().write(vals)
        if {"email", "list_ids"} & vals.keys():
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        # sudo: the address alone is read, by the path that has just written the row
        contacts_sudo = self.sudo()
        self.env["res.partner"]._regime_guard(emails=filter(None, contacts_sudo.mapped("email")))
