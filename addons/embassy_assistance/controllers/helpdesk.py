from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import MissingError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class HelpdeskClose(HelpdeskTicketController):
    @http.route()
    def support_ticket_close(self, **kw):
        """Close a ticket that the person sees in the portal, and no case.

        The helpdesk looks the ticket up as the system, so that anybody could close anything.
        """
        ticket_id = str(kw.get("ticket_id", ""))
        found = ticket_id.isdigit() and request.env["helpdesk.ticket"].search_count(
            [("id", "=", int(ticket_id)), ("is_case", "!=", True)], limit=1
        )
        if not found:
            raise NotFound()
        return super().support_ticket_close(**kw)


class HelpdeskForm(HelpdeskClose):
    def _prepare_submit_ticket_vals(self, **kw):
        """Take a team and a category that the person sees; the helpdesk looks as the system."""
        for name in ("team", "category"):
            id_ = str(kw.get(name) or "")
            records = request.env[f"helpdesk.ticket.{name}"]
            records.browse(int(id_) if id_.isdigit() else [])._check_visible()
        return super()._prepare_submit_ticket_vals(**kw)


class HelpdeskPortal(CustomerPortalHelpdesk):
    def _document_check_access(self, model_name, document_id, access_token=None):
        """In the portal a case is not there, for whoever asks and with whatever token."""
        document = super()._document_check_access(model_name, document_id, access_token)
        if model_name == "helpdesk.ticket" and document.is_case:
            raise MissingError(request.env._("This document does not exist."))
        return document
