from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    # Their calls reach methods without passing the gate.
    _closed_modules = frozenset({"rpc", "api_doc"})

    def _generate_routing_rules(self, modules, converters):
        """Leave out ``/xmlrpc``, ``/jsonrpc``, ``/json/2`` and ``/doc``, whatever is loaded."""
        open_modules = [name for name in modules if name not in self._closed_modules]
        return super()._generate_routing_rules(open_modules, converters)
