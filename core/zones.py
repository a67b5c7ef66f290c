"""How an instant is written with its time of day: in a zone, and with that zone's name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location, get_timezone_name

LOCALE = "en_GB"


def day_and_time(at: datetime, zone: str) -> str:
    """``22 December 2026, 10:02 GMT``, or ``16:06, Auckland time`` of the same kind."""
    local = at.astimezone(ZoneInfo(zone))
    return format_datetime(local, "d MMMM y, HH:mm", locale=LOCALE) + _named(local)


def _named(local: datetime) -> str:
    """The zone as people call it. English has short names for few; of the others it knows the
    distance from UTC alone, which tells nobody whose time it is: there the city names it."""
    name = get_timezone_name(local, "short", locale=LOCALE)
    if name[0] not in "+-":
        return f" {name}"
    city = get_timezone_location(local, locale=LOCALE, return_city=True)
    return f", {city.rpartition('/')[2]} time"
