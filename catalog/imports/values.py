"""Single values of a record: each function returns what a text means, or refuses it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from catalog import import_records, plain
from catalog.import_records import Refused
from catalog.imports import blanks
from catalog.records import FIRST_YEAR, LAST_YEAR

KINDS = ("theatrical", "limited", "premiere", "festival", "digital", "physical", "television")
USUAL_KIND = KINDS[0]
LISTED = re.compile(r"\s*[|;]\s*")
SLASHES = re.compile(r"\s+/\s+")  # as Kodi writes
COMMAS = re.compile(r"\s*,\s*")
DASHES = re.compile(r"\s+-\s+")  # as Plex writes; between people it stands before a part
# The commas between people: not that of "Sammy Davis, Jr.", who may have a part.
BEHIND_A_NAME = r"(?:[Jj]r|JR|[Ss]r|SR|II|III|IV|Ph\.?\s?D|PHD|M\.?D)\.?"
BETWEEN_PEOPLE = re.compile(rf"\s*,(?!\s*{BEHIND_A_NAME}\s*(?:,|$|\s(?:as|\.\.\.|…)\s))\s*")
ROLE = re.compile(r"(.+?)\s+(?:as|\.\.\.|…)\s+(.+)")
IN_BRACKETS = re.compile(r"(.+?)\s+\(([^()]+)\)")
# Behind a name in brackets, but no part: which of several people of that name it is.
WHICH_ONE = re.compile(
    r"[IVXL]+|.*\d{4}.*|(?:.*\s)?(?:act(?:or|ress)|comedian|director|film ?maker|musician|singer)"
)
RATED = re.compile(r"rated\s+(.+?)(?:\s+for\s+.*)?", re.IGNORECASE)
LONGEST_RUNTIME = 60 * 24
USUAL_SCALE, LARGEST_SCALE = "10", 100
MOST_VOTES = 2**31 - 1  # what the column of votes holds
DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", re.ASCII)
DATED = re.compile(r"(.*\S)\s*\((\d{4})\)", re.ASCII)
IMDB_ID = re.compile(r"tt\d{1,12}", re.ASCII)
DIGITS = re.compile(r"\d+")
# What spreadsheets write behind a whole number; three zeros may as well be thousands.
NOTHING = r"(?:\.0+(?<!\.000)|,00?)"
# 111, 111.0, 111 min, 1:51, 1:51:30, 1 h 51 min, 1h51, 2 hours, and PT1H51M as of ISO 8601
RUNTIME = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*(?::|h(?:ou)?rs?\b\.?|h\.?)\s*)?"
    rf"(?:(?P<minutes>\d{{1,4}})(?::\d\d|{NOTHING})?\s*(?:m|min|mins|minutes?|')?\.?)?"
    r"|PT(?:(?P<iso_hours>\d{1,2})H)?(?:(?P<iso_minutes>\d{1,4})M)?(?:\d{1,2}S)?",
    re.IGNORECASE,
)
GROUPED = r"\d{1,3}(?:[, ]\d{2,3}){0,5}[, ]\d{3}"  # 1,204 or 1 204, and 1,20,400 as in India
# 1.204 as in Germany; 1.000 may as well be one with three zeros behind it.
DOTS = r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,5}|\.(?!000)\d{3})"
COUNT = re.compile(rf"(\d{{1,20}}|{GROUPED}|{DOTS}){NOTHING}?", re.ASCII)


def people(given: str) -> list[str]:
    """As ``names``; what stands behind a name, as in "Sammy Davis, Jr.", belongs to it."""
    return names(given, (LISTED, SLASHES, BETWEEN_PEOPLE))


def genres(given: str) -> list[str]:
    """As ``names``, and of ``a - b``."""
    return names(given, (LISTED, SLASHES, COMMAS, DASHES))


def titles(given: str) -> list[str]:
    """The titles of ``a; b``, ``a | b`` or ``a, b``: there are films called "Face / Off" and
    "None"."""
    return names(given, (LISTED, COMMAS), blanks.name)


def names(
    given: str,
    between: Sequence[re.Pattern[str]] = (LISTED, SLASHES, COMMAS),
    meant: Callable[[str], str] = blanks.told,
) -> list[str]:
    """The parts of ``a; b``, ``a | b``, ``a / b`` or ``a, b`` that can be seen and mean something,
    each once, in order: by the first of ``between`` that stands there."""
    by = next((one for one in between if one.search(given)), between[-1])
    return plain.once(meant(import_records.name(part)) for part in by.split(given))


def year(given: str) -> int | None:
    """A year, also out of 1995-10-27. Raises ``Refused`` for what is none."""
    found = DIGITS.match(given)
    if not given:
        return None
    if found is None or len(found[0]) != 4 or not FIRST_YEAR <= int(found[0]) <= LAST_YEAR:
        raise Refused(f"year “{given[:20]}” is not between {FIRST_YEAR} and {LAST_YEAR}: refused")
    return int(found[0])


def dated(title: str) -> tuple[str, int | None]:
    """The name and the year of ``Toy Story (1995)``; no year where none stands there."""
    found = DATED.fullmatch(title)
    if found is None or not FIRST_YEAR <= int(found[2]) <= LAST_YEAR:
        return title, None
    return found[1], int(found[2])


def minutes(given: str) -> int | None:
    """Whole minutes, from 111, 111.0, 111 min, 1:51, 1h51 or PT1H51M. Raises ``ValueError`` for
    others."""
    if not given:
        return None
    parts = RUNTIME.fullmatch(given)
    if parts is None:
        raise ValueError(given)
    hours = int(parts["hours"] or parts["iso_hours"] or 0)
    found = hours * 60 + int(parts["minutes"] or parts["iso_minutes"] or 0)
    if not 0 < found <= LONGEST_RUNTIME:
        raise ValueError(given)
    return found


def day(given: str) -> date | None:
    """A calendar day as 1995-10-27, 19951027 or 27.10.1995, of the years that films have. Raises
    ``ValueError`` for others: of 3/4/1995 nobody knows which is the month."""
    dotted = DOTTED.fullmatch(given)
    if dotted:
        given = f"{dotted[3]}-{int(dotted[2]):02}-{int(dotted[1]):02}"
    found = date.fromisoformat(given[:10]) if given else None
    if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(given)
    return found


def year_of(given: str) -> int | None:
    """The year of a calendar day; ``None`` for what is none."""
    try:
        found = day(given)
    except ValueError:
        return None
    return found.year if found else None


def whole(given: str) -> int:
    """A count of votes such as 1,204, 1.204 or 1204.0; 0 where nothing is given. Raises
    ``ValueError`` for others, and for what is less than nothing or more than can be stored."""
    usable = COUNT.fullmatch(given)
    found = int(re.sub("[,. ]", "", usable[1])) if usable else 0
    if (given and not usable) or found > MOST_VOTES:
        raise ValueError(given)
    return found


def imdb_id(given: str) -> str | None:
    """What IMDb calls a film, as tt0113627; ``None`` for what is no id of IMDb's."""
    return given if IMDB_ID.fullmatch(given) else None


def scale(given: str) -> int:
    """Of how many a score is; of 10 where nobody says so. Raises ``ValueError`` for others than
    2 to 100."""
    found = re.fullmatch(rf"(\d{{1,3}}){NOTHING}?", given or USUAL_SCALE, re.ASCII)
    if found is None or not 2 <= int(found[1]) <= LARGEST_SCALE:
        raise ValueError(given)
    return int(found[1])


def score(given: str, scale: int) -> Decimal:
    """A score between 0 and ``scale``. Raises ``ValueError`` for others."""
    try:
        found = Decimal(given.replace(",", "."))
    except InvalidOperation as wrong:
        raise ValueError(given) from wrong
    if not found.is_finite() or not 0 <= found <= scale:
        raise ValueError(given)
    return found.quantize(Decimal("0.1"))


def certificate(given: str) -> tuple[str, str]:
    """Who gives it, where that is said, and the label: "FSK 12", and "Rated R for violence"."""
    rated = RATED.fullmatch(given)
    first, _, label = (rated[1] if rated else given).partition(" ")
    if label and plain.text(first) in import_records.SYSTEMS_HERE:
        return first, label.strip()
    return "", rated[1] if rated else given


def role(given: str) -> tuple[str, str | None]:
    """The name and the part of ``Nicolas Cage as Ben`` or ``Nicolas Cage (Ben)``; the name may be
    empty."""
    found = ROLE.fullmatch(given) or IN_BRACKETS.fullmatch(given)
    if found is None or (found.re is IN_BRACKETS and WHICH_ONE.fullmatch(found[2])):
        return given, None
    part = blanks.told(import_records.name(found[2]))
    return blanks.told(import_records.name(found[1])), part or None
