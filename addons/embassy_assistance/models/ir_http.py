import logging
import secrets

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.exceptions import UserError
from odoo.http import SessionExpiredException, request

from ..tools import case_log

_logger = logging.getLogger(__name__)

case_log.install()


class IrHttp(models.AbstractModel):
    """What goes wrong in a request about a case is logged by a random number and its kind.

    Odoo would log the text of the error, which repeats values and ids. The person reads the
    number, and can say it to whoever looks into the log.
    """

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        if not case_log.incident() and cls._is_about_case():
            request.embassy_incident = secrets.token_hex(4)
        return super()._dispatch(endpoint)

    @classmethod
    def _is_about_case(cls):
        """Whether a request goes to sealed content, or names a model of cases."""
        params = request.params
        if request.dispatcher.routing_type == "jsonrpc":
            params = request.get_json_data().get("params") or {}
        return request.httprequest.path.startswith("/sealed/case") or any(
            isinstance(value, str) and value.startswith(("helpdesk.ticket", "embassy.case"))
            for value in params.values()
        )

    @classmethod
    def _handle_error(cls, exception):
        number = case_log.incident()
        if not number or isinstance(exception, HTTPException | SessionExpiredException):
            return super()._handle_error(exception)
        is_expected = isinstance(exception, UserError)
        _logger.log(
            logging.INFO if is_expected else logging.ERROR,
            "A request about a case failed: %s, %s",
            type(exception).__name__,
            number,
        )
        # Odoo logs an exception with its text, at this level: not at all.
        exception.loglevel = logging.NOTSET
        if not is_expected:
            text = request.env._(
                "Something went wrong, and nothing was saved. If it happens again, tell your"
                " administrator this number: %(number)s",
                number=number,
            )
            exception = UserError(text)
        return super()._handle_error(exception)
