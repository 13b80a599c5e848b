import io
import logging
import secrets
from http import HTTPStatus

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from odoo import models
from odoo.http import request

from ..tools.error_page import error_page

_logger = logging.getLogger(__name__)

# What tells who somebody is, or where.
TRACES = ("REMOTE_ADDR", "REMOTE_PORT", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_USER_AGENT")


class IrHttp(models.AbstractModel):
    """Routes with ``embassy_private=True`` take what nobody else may learn.

    What is sent stays in memory, and reaches the controller as the request alone; who sends it is
    forgotten; what goes wrong is logged with a random number and the kind of the error, as the
    text of one repeats values.
    """

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        super()._pre_dispatch(rule, args)
        if not rule.endpoint.routing.get("embassy_private"):
            return
        request.embassy_private = args
        # Names of Odoo's own: the wrapped request and its environ have no public door.
        wrapped = request.httprequest._HTTPRequest__wrapped
        # Werkzeug writes files of more than 500 KB to the disk, in clear.
        wrapped._get_file_stream = lambda *args, **kwargs: io.BytesIO()
        for environ in (request.httprequest._HTTPRequest__environ, request.httprequest.environ):
            environ.update({name: "-" for name in TRACES if name in environ})

    @classmethod
    def _dispatch(cls, endpoint):
        private = getattr(request, "embassy_private", None)
        if private is not None:
            # Fields that nobody asked for end here, whatever they are called.
            request.params = dict(private)
        return super()._dispatch(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        if getattr(request, "embassy_private", None) is None:
            return super()._handle_error(exception)
        status = getattr(exception, "code", None) or HTTPStatus.SERVICE_UNAVAILABLE
        if not isinstance(exception, HTTPException):
            incident = secrets.token_hex(4)
            _logger.error("A private page failed: %s, %s", type(exception).__name__, incident)
            # Odoo logs an exception with its text, at this level: not at all.
            exception.loglevel = logging.NOTSET
        body, headers = error_page(request.httprequest)
        return Response(body, status, headers)
