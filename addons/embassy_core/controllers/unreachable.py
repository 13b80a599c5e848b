"""What people without an account read while the database does not answer.

Then Odoo knows no database, or no route, and would say that there is no such page.
"""

from http import HTTPStatus

import psycopg2
from werkzeug.wrappers import Response

from odoo import http

from ..tools.error_page import error_page

PAGES = "/embassy"
_serve_db, _serve_nodb = http.Request._serve_db, http.Request._serve_nodb


def _not_sent(request):
    body, headers = error_page(request.httprequest)
    return Response(body, HTTPStatus.SERVICE_UNAVAILABLE, headers)


def _serve_db_or_say_so(self):
    try:
        return _serve_db(self)
    except psycopg2.OperationalError:
        if not self.httprequest.path.startswith(PAGES):
            raise
        return _not_sent(self)


def _serve_nodb_or_say_so(self):
    return _not_sent(self) if self.httprequest.path.startswith(PAGES) else _serve_nodb(self)


http.Request._serve_db = _serve_db_or_say_so
http.Request._serve_nodb = _serve_nodb_or_say_so
