from odoo import api, models
from odoo.exceptions import UserError


class FetchmailServer(models.Model):
    """Mail that is fetched finds its way by its address: what leads nowhere is not kept."""

    _inherit = "fetchmail.server"

    @api.constrains("object_id")
    def _check_object_id(self):
        if self.object_id:
            raise UserError(
                self.env._("Mail comes in for letters only: a plea for help would lie in clear.")
            )
