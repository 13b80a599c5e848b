from odoo import models
from odoo.exceptions import UserError

from .mail_mail import Cleared


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _prepare_smtp_to_list(self, message, smtp_session):
        """The last net: whatever led here, no envelope bears an address of the regime.

        The refusal goes to the log of the mail queue, so it names nobody.
        """
        smtp_to_list = super()._prepare_smtp_to_list(message, smtp_session)
        cleared = self.env.context.get("embassy_cleared")
        asked = set(smtp_to_list)
        if isinstance(cleared, Cleared):
            asked -= cleared
        _partners, addresses = self.env["res.partner"]._regime_among(emails=asked)
        if addresses:
            raise UserError(
                self.env._(
                    "Not sent: a recipient of this message belongs to the regime, which is never"
                    " written to. Take it off the recipients and send again."
                )
            )
        return smtp_to_list
