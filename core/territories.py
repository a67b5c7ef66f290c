"""The countries of the world by their ISO 3166 codes, and their names."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global


@cache
def names(locale: str = "en_GB") -> dict[str, str]:
    """Every country's name by its code, in the order of the names."""
    spoken = Locale.parse(locale).territories
    found = {code: str(spoken[code]) for code in get_global("territory_zones") if code in spoken}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def name(code: str) -> str:
    """``GB`` becomes ``United Kingdom``; an unknown code stays as it is."""
    return names().get(code, code)
