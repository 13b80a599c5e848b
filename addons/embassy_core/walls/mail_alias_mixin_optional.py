from odoo import models


class MailAliasMixinOptional(models.AbstractModel):
    _inherit = "mail.alias.mixin.optional"

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        # sudo: the chapter of what the address belongs to
        owner_sudo = self.sudo()
        name = self._mail_get_company_field()
        if len(owner_sudo) == 1 and name:
            values["chapter_id"] = owner_sudo[name].id
        return values
