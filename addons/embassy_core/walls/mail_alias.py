from odoo import fields, models
from odoo.exceptions import UserError


class MailAlias(models.Model):
    """An address is of the chapter of what it belongs to.

    Not ``company_id``: core takes each field of an address away from the values of its owner.
    """

    _inherit = "mail.alias"

    chapter_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company, ondelete="cascade"
    )

    def _check_unique(self, alias_names, alias_domains):
        """Core says whose address it is that is taken, of whatever chapter."""
        try:
            return super()._check_unique(alias_names, alias_domains)
        except UserError:
            if self.env.user.has_group("base.group_system"):
                raise
            # Debug mode would show the text of core beside ours.
            raise UserError(
                self.env._("This mail address is taken. Choose another one.")
            ) from None
