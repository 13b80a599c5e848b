"""Addresses of files and pictures that hold a token do not outlive access for long."""

import time

from odoo.tools.misc import limited_field_access_token

DAY = 24 * 60 * 60


def short_token(record, field_name, scope):
    """A token until the end of tomorrow, the same all day, so that browsers keep the picture.

    Core's hold for two to six weeks, for whoever has one.
    """
    until = (int(time.time()) // DAY + 2) * DAY
    return limited_field_access_token(record, field_name, hex(until), scope=scope)
