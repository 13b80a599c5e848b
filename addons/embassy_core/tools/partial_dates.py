"""Dates as sources give them: a day, a month or a year. Plain Python, no Odoo."""

import calendar
import datetime
import re

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?")


def span(text):
    """First and last day of what is given.

    :param str text: ISO 8601 ``2015``, ``2015-04`` or ``2015-04-09``, a time is left out; the
        zeros that some sources write for an unknown month or day count as not given
    :return: first day, last day, and the text in short when it is less than a day, else ``None``
    :rtype: tuple[datetime.date, datetime.date, str | None]
    :raise ValueError: not such a date
    """
    match = _DATE.fullmatch(text.strip())
    if not match:
        raise ValueError("not a date")
    year, month, day = (int(part or 0) for part in match.groups())
    if not month:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31), f"{year:04}"
    if not day:
        last = calendar.monthrange(year, month)[1]
        given = f"{year:04}-{month:02}"
        return datetime.date(year, month, 1), datetime.date(year, month, last), given
    date = datetime.date(year, month, day)
    return date, date, None
