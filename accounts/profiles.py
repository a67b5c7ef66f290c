"""How pages are shown to a member: today the time zone in which days are counted."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from accounts.models import Member
from core.errors import DomainError


class UnknownZone(DomainError):
    """A time zone that does not exist."""

    sentence = "Choose a time zone from the list."


@cache
def zones() -> tuple[str, ...]:
    """Every zone that a person may live in, by name, ``UTC`` first."""
    places = (name for name in available_timezones() if "/" in name and "Etc" not in name)
    return ("UTC", *sorted(places))


def set_zone(member: Member, name: str) -> None:
    """Show days in this zone from now on. Raises ``UnknownZone``."""
    if name not in zones():
        raise UnknownZone
    member.zone = name
