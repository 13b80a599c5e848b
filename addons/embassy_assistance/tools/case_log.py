"""Keeps cases out of the log: neither a number of a case nor what somebody typed stands there."""

import logging
import re

from odoo.http import request

# Loggers of Odoo that write ids, queries or arguments.
TALKERS = (
    "odoo.addons.base.models.ir_rule",
    "odoo.http.rpc.request",
    "odoo.http.rpc.response",
    "odoo.models.unlink",
    "odoo.service.model",
    "odoo.sql_db",
)
_LINE = re.compile(r'"(?P<method>[A-Z]+) (?P<path>[^ "?]*)[^ "]*(?= HTTP/)')
_NUMBER = re.compile(r"/\d+(?=/|$)")


def incident():
    """The random number of a request about a case (str), None in any other and in none."""
    return getattr(request, "embassy_incident", None) if request else None


class CaseFilter(logging.Filter):
    """While somebody works on a case, says that something was logged, and not what."""

    def filter(self, record):
        number = incident()
        if number is None:
            return True
        if record.levelno < logging.WARNING:
            return False
        record.msg, record.args = "In a request about a case: %s", (number,)
        record.exc_info = record.exc_text = None
        return True


class AddressFilter(logging.Filter):
    """Numbers and questions in the addresses of pages say which case was looked at."""

    def filter(self, record):
        record.msg, record.args = _LINE.sub(_masked, record.getMessage()), ()
        return True


def _masked(line):
    return f'"{line["method"]} {_NUMBER.sub("/-", line["path"])}'


def install():
    """Put the filters in place, once for each process."""
    for name, kind in (*((name, CaseFilter) for name in TALKERS), ("werkzeug", AddressFilter)):
        logger = logging.getLogger(name)
        if not any(type(old).__name__ == kind.__name__ for old in logger.filters):
            logger.addFilter(kind())
