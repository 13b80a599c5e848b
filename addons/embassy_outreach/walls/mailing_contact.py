from odoo import api, fields, models


class MailingContact(models.Model):
    _name = "mailing.contact"
    _inherit = ["embassy.narrow.mixin", "mailing.contact", "embassy.chapter.mixin"]

    list_ids = fields.Many2many(check_company=True)
    tag_ids = fields.Many2many(check_company=True)

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

    @api.model
    def mail_allowed_qweb_expressions(self):
        """What may be put into a mailing is the recipient's own."""
        own = ("email", "first_name", "last_name", "company_name")
        return super().mail_allowed_qweb_expressions() + tuple(f"object.{name}" for name in own)
