from odoo import models
from odoo.tools import consteq


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(
        self, xmlid=None, res_model="ir.attachment", res_id=None, access_token=None, field=None
    ):
        """Who works in a chapter is asked for, whatever token comes along."""
        if access_token and self.env.user._is_internal():
            # sudo: whether it is the lasting token, by which a file in a mail is opened
            file_sudo = self.env["ir.attachment"].sudo()
            if not xmlid and res_model == "ir.attachment":
                file_sudo = file_sudo.browse(res_id).exists()
            if not consteq(file_sudo.access_token or "", access_token):
                access_token = None
        return super()._find_record(xmlid, res_model, res_id, access_token, field)
