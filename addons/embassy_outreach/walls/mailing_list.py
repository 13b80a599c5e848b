from odoo import api, models


class MailingList(models.Model):
    """Contacts join a list here without a subscription being created by the ORM."""

    _inherit = "mailing.list"

    @api.model_create_multi
    def create(self, vals_list):
        lists = super().create(vals_list)
        if any("contact_ids" in vals for vals in vals_list):
            lists._keep_off_regime()
        return lists

    def write(self, vals):
        result = super().write(vals)
        if "contact_ids" in vals:
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        addresses = self.env["mailing.mailing"]._regime_addresses()
        # sudo: the address alone is read, by the path that has just written the list
        contacts_sudo = self.env["mailing.contact"].sudo()
        found_sudo = contacts_sudo.search(
            [("list_ids", "in", self.ids), ("email_normalized", "in", addresses)]
        )
        self.env["res.partner"]._regime_guard(emails=found_sudo.mapped("email"))
