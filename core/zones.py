"""How a day is written, and an instant with its time of day: in a zone, which is named."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location, get_timezone_name

LOCALE = "en_GB"
DAYS = {LOCALE: "d MMMM y", "de_DE": "d. MMMM y"}


@lru_cache(maxsize=4096)
def day(on: date, *, locale: str = LOCALE) -> str:
    """``22 December 2026``, and in German ``22. Dezember 2026``; ``locale`` is one of ``DAYS``."""
    return format_date(on, DAYS[locale], locale=locale)


def day_and_time(at: datetime, zone: str, *, locale: str = LOCALE) -> str:
    """``22 December 2026, 10:02 GMT``, or ``16:06, Auckland time`` of the same kind.

    ``locale`` is one of ``DAYS``: ``22. Dezember 2026, 11:02 MEZ`` in German.
    """
    local = at.astimezone(ZoneInfo(zone))
    return format_datetime(local, f"{DAYS[locale]}, HH:mm", locale=locale) + _named(local, locale)


def _named(local: datetime, locale: str) -> str:
    """The zone as people call it. A language has short names for few; of the others it knows the
    distance from UTC alone, which tells nobody whose time it is: there the city names it."""
    name = get_timezone_name(local, "short", locale=locale)
    if name[0] not in "+-":
        return f" {name}"
    city = get_timezone_location(local, locale=locale, return_city=True).rpartition("/")[2]
    return f", {city} time" if locale == LOCALE else f" ({city})"
