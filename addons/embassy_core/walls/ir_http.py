import copy

from werkzeug.exceptions import NotFound

from odoo import models
from odoo.exceptions import AccessError, MissingError
from odoo.http import request


class IrHttp(models.AbstractModel):
    """At the boundary, a row of others and a row that is not there answer alike.

    Inside, core needs the two apart: it catches the one and the other in many places.
    """

    _inherit = "ir.http"

    # Their calls reach methods without passing the gate.
    _closed_modules = frozenset({"rpc", "api_doc"})

    def _generate_routing_rules(self, modules, converters):
        """Leave out ``/xmlrpc``, ``/jsonrpc``, ``/json/2`` and ``/doc``, whatever is loaded."""
        open_modules = [name for name in modules if name not in self._closed_modules]
        return super()._generate_routing_rules(open_modules, converters)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """A record in the address that a person does not see is not there."""
        try:
            super()._pre_dispatch(rule, args)
        except (AccessError, MissingError):
            raise NotFound() from None

    @classmethod
    def _handle_error(cls, exception):
        if getattr(request, "embassy_private", None) is not None:
            return super()._handle_error(exception)
        # Nobody is logged in where a page asks for a login first.
        user = request.env.user if request.env else None
        if user and user.has_group("base.group_system"):
            return super()._handle_error(exception)
        if isinstance(exception, MissingError) or getattr(exception, "embassy_foreign", False):
            exception = MissingError(request.env["ir.rule"]._foreign_text())
        else:
            # A traceback tells which of two refusals it was. The log keeps it.
            exception = copy.copy(exception)
        return super()._handle_error(exception)
