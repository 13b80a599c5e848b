import functools

import holidays


class UnknownCalendarError(Exception):
    """No calendar of public holidays is known for a country."""


def first_working_day(day, country_code):
    """The day itself, or the first one after it on which offices of the country work.

    Weekends and public holidays of the whole country count, as the package ``holidays`` has them.

    :param day: ``datetime.date``
    :param country_code: two letters of ISO 3166-1, as ``"SI"``
    :return: ``datetime.date``
    :raise UnknownCalendarError: if the package does not know the country
    """
    try:
        calendar = _calendar(country_code or "")
    except NotImplementedError as error:
        raise UnknownCalendarError(country_code) from error
    return day if calendar.is_working_day(day) else calendar.get_nth_working_day(day, 1)


@functools.lru_cache(maxsize=64)
def _calendar(country_code):
    return holidays.country_holidays(country_code)
