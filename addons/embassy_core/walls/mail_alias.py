from odoo import fields, models


class MailAlias(models.Model):
    """An address is of the chapter of what it belongs to.

    Not ``company_id``: core takes each field of an address away from the values of its owner.
    """

    _inherit = "mail.alias"

    chapter_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
