"""Single values of a record: each function returns what a text means, or refuses it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from catalog import plain
from catalog.import_records import FIRST_YEAR, LAST_YEAR, Refused

LISTED = re.compile(r"\s*[|;]\s*")
COMMAS = re.compile(r"\s*,\s*")
ROLE = re.compile(r"(.+?)\s+(?:as|\.\.\.|…)\s+(.+)")
LONGEST_RUNTIME = 60 * 24
DIGITS = re.compile(r"\d+")


def names(given: str) -> list[str]:
    """The parts of ``a; b``, ``a | b`` or ``a, b``, each once, in order."""
    parts = (LISTED if LISTED.search(given) else COMMAS).split(plain.line(given))
    return list({plain.text(part): part for part in reversed(parts) if part}.values())[::-1]


def year(given: str) -> int | None:
    """A year, also out of 1995-10-27. Raises ``Refused`` for what is none."""
    found = DIGITS.match(given)
    if not given:
        return None
    if found is None or not FIRST_YEAR <= int(found[0][:5]) <= LAST_YEAR:
        raise Refused(f"year “{given[:20]}” is not between {FIRST_YEAR} and {LAST_YEAR}: refused")
    return int(found[0])


def minutes(given: str) -> int | None:
    """Whole minutes, from 111, 111 min, 1:51 or 1 h 51 min. Raises ``ValueError`` for others."""
    if not given:
        return None
    parts = [int(part[:6]) for part in DIGITS.findall(given)]
    hours = parts.pop(0) if re.fullmatch(r"\d+\s*(:|h\b|hr|hours?).*", given, re.I) else 0
    found = hours * 60 + (parts[0] if parts else 0)
    if not 0 < found <= LONGEST_RUNTIME:
        raise ValueError(given)
    return found


def day(given: str) -> date | None:
    """A calendar day as 1995-10-27. Raises ``ValueError`` for others."""
    return date.fromisoformat(given[:10]) if given else None


def is_day(given: str) -> bool:
    """Whether text begins with a calendar day."""
    try:
        return day(given) is not None
    except ValueError:
        return False


def whole(given: str) -> int:
    """A count such as 1,204. Raises ``ValueError`` for others."""
    return int(given.replace(",", "").replace(" ", "") or 0)


def score(given: str, scale: int) -> Decimal:
    """A score between 0 and ``scale``. Raises ``ValueError`` for others."""
    try:
        found = Decimal(given.replace(",", "."))
    except InvalidOperation as wrong:
        raise ValueError(given) from wrong
    if not 0 <= found <= scale:
        raise ValueError(given)
    return found.quantize(Decimal("0.1"))


def role(given: str) -> tuple[str, str | None]:
    """The name and the part of ``Nicolas Cage as Ben``."""
    found = ROLE.fullmatch(given)
    return (found[1], found[2]) if found else (given, None)
