"""The countries of the world by their ISO 3166 codes, and their names."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

UNKNOWN = "ZZ"  # CLDR's code for a region that nobody knows


@cache
def names(locale: str = "en_GB") -> dict[str, str]:
    """Every country's name by its code, in the order of the names; not the world's, nor that of
    none."""
    spoken = Locale.parse(locale).territories
    countries = [code for code in get_global("territory_zones") if code.isalpha()]
    found = {code: str(spoken[code]) for code in countries if code in spoken and code != UNKNOWN}
    return dict(sorted(found.items(), key=lambda pair: _unaccented(pair[1])))


def _unaccented(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


def code(given: str) -> str | None:
    """``GB`` of ``gb``, ``GBR`` or ``United Kingdom``; ``None`` for what is no country."""
    upper = given.strip().upper()
    if upper in names():
        return upper
    others = get_global("territory_aliases").get(upper)
    return others[0] if others else _by_name().get(given.strip().casefold())


@cache
def _by_name() -> dict[str, str]:
    return {spoken.casefold(): code for code, spoken in names().items()}


def name(code: str) -> str:
    """``GB`` becomes ``United Kingdom``; an unknown code stays as it is."""
    return names().get(code, code)
