"""How pages and films are shown to a member: time zone, country, look, captions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from accounts.models import Member
from core import territories
from core.errors import DomainError

LOOKS = {
    "theme": ("system", "light", "dark"),
    "contrast": ("system", "usual", "more"),
    "motion": ("system", "full", "none"),
}
CAPTIONS = {"on": True, "off": False}


class UnknownChoice(DomainError):
    """Neither on nor off."""

    sentence = "Choose whether films begin with captions."


class UnknownZone(DomainError):
    """A time zone that does not exist."""

    sentence = "Choose a time zone from the list."


class UnknownCountry(DomainError):
    """A country that does not exist."""

    sentence = "Choose a country from the list."


class UnknownLook(DomainError):
    """A theme, a contrast or a motion that there is not."""

    sentence = "Choose theme, contrast and motion from their lists."


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


def set_territory(member: Member, code: str) -> None:
    """Show this country's offers and certificates (ISO 3166); empty leaves it to the site.

    Raises ``UnknownCountry``.
    """
    if code and code not in territories.names():
        raise UnknownCountry
    member.territory = code or None


def set_look(member: Member, chosen: Mapping[str, str]) -> None:
    """Show pages so on every device: one of each list of ``LOOKS``. Raises ``UnknownLook``."""
    if any(chosen.get(what) not in choices for what, choices in LOOKS.items()):
        raise UnknownLook
    for what in LOOKS:
        setattr(member, what, chosen[what])


def set_captions(member: Member, choice: str) -> None:
    """Have films begin with captions (``on``) or without (``off``). Raises ``UnknownChoice``."""
    if choice not in CAPTIONS:
        raise UnknownChoice
    member.captions = CAPTIONS[choice]
