from odoo import models

from .mail_mail import Prepared


class IrMailServer(models.Model):
    """Of a batch of mails, the two addresses of the installation are looked up once."""

    _inherit = "ir.mail_server"

    def _get_default_bounce_address(self):
        return self._of_batch("bounce", super()._get_default_bounce_address)

    def _get_default_from_address(self):
        return self._of_batch("sender", super()._get_default_from_address)

    def _of_batch(self, what, look_up):
        prepared = self.env.context.get("embassy_prepared")
        if not isinstance(prepared, Prepared):
            return look_up()
        if what not in prepared.addresses:
            prepared.addresses[what] = look_up()
        return prepared.addresses[what]
