from odoo import models


class IrWebsocket(models.AbstractModel):
    """Lets anybody listen to any row that has no wall."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        prefix = "embassy.leaky_"
        rows = [int(name.removeprefix(prefix)) for name in channels if name.startswith(prefix)]
        return [
            *super()._build_bus_channel_list(channels),
            *self.env["embassy.leaky"].sudo().browse(rows),
        ]
