import re

from odoo import models

# A person or guest whose presence somebody listens to, and the token.
PRESENCE = re.compile(r"^(odoo-presence-[a-z.]+_\d+)-.*$")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _prepare_subscribe_data(self, channels, last):
        """Who is there is told to who sees the person, whatever token comes along."""
        if self.env.user._is_internal():
            channels = [
                PRESENCE.sub(r"\1", name) if isinstance(name, str) else name for name in channels
            ]
        return super()._prepare_subscribe_data(channels, last)
