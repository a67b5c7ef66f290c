"""Reading one record of a Wikipedia film list: what can be taken of it, and what cannot and why."""

from __future__ import annotations

import re
from typing import Any

from catalog import import_names, import_records, plain, records
from catalog.import_records import (
    LONGEST_EXTRACT,
    LONGEST_GENRE,
    LONGEST_NAME,
    MOST_CAST,
    MOST_GENRES,
    Reading,
    Refused,
)
from catalog.imports import blanks
from catalog.records import FIRST_YEAR, LAST_YEAR, Film, Player

SOURCE = "wikipedia"
READ = {
    *("title", "year", "cast", "genres", "href", "extract", "status"),
    *("thumbnail", "thumbnail_width", "thumbnail_height"),  # known, and left where they are
}
LONGEST_HREF = 300
YEAR = re.compile(r"\d{1,4}", re.ASCII)
IN_BRACKETS = re.compile(r"[(\[].*[)\]]")


def read(line: int, record: Any) -> Reading:
    """Understand the record that starts on ``line``. Thumbnails are neither fetched nor kept."""
    notes: list[str] = []
    title = ""
    try:
        if not isinstance(record, dict):
            raise Refused("not a film: refused")
        title = import_records.usable_title(record.get("title"))
        film = _film(title, record, notes)
    except Refused as why:
        return Reading(line, title, None, (str(why),), key=_key(record))
    return Reading(line, title, film, tuple(notes))


def _key(record: Any) -> str:
    return plain.line(record.get("href")) if isinstance(record, dict) else ""


def _film(title: str, record: dict[str, Any], notes: list[str]) -> Film:
    year = _year(record.get("year"), notes)
    status = import_records.withdrawn(record)
    cast = _names(record.get("cast"), "cast", (MOST_CAST, LONGEST_NAME), notes)
    genres = _names(record.get("genres"), "genre", (MOST_GENRES, LONGEST_GENRE), notes)
    href = _href(record.get("href"), notes)
    extract = _extract(record.get("extract"), notes)
    short, long = import_records.synopses(extract)
    return Film(
        source=SOURCE,
        key=href or import_records.key_without_href(title, year, cast),
        digest=records.digest([title, year, cast, genres, href, extract, *filter(None, [status])]),
        name=import_names.in_order(title),
        year=year,
        genres=tuple(map(import_records.genre, genres)),
        synopsis=short or None,
        synopsis_long=long or None,
        rights=_rights(href, title) if extract else None,
        cast=tuple(map(Player, cast)),
        status=status,
    )


def _year(given: Any, notes: list[str]) -> int | None:
    if given is None or (isinstance(given, str) and not blanks.told(plain.line(given))):
        notes.append("no year given: taken without year")
        return None
    is_written = isinstance(given, str) and YEAR.fullmatch(plain.line(given))
    if is_written or (isinstance(given, float) and given.is_integer()):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        raise Refused("year is not a number: refused")
    if not FIRST_YEAR <= given <= LAST_YEAR:
        raise Refused(f"year is not between {FIRST_YEAR} and {LAST_YEAR}: refused")
    return given


def _names(given: Any, what: str, limits: tuple[int, int], notes: list[str]) -> list[str]:
    """The usable names of a list, each once; what is left out is noted."""
    most, longest = limits
    if given is None or given == []:
        notes.append(f"no {what} given: taken without {what}")
        return []
    if not isinstance(given, list):
        notes.append(f"{what} is not a list: taken without {what}")
        return []
    found: dict[str, str] = {}
    for name in map(import_records.name, given):
        usable = blanks.told(name) and len(name) <= longest and not IN_BRACKETS.fullmatch(name)
        if not usable or not import_records.is_name(name):
            notes.append(f"{what} has “{name[:30]}”, which is not a name: left out")
        else:
            found.setdefault(plain.text(name), name)
    if len(found) > most:
        notes.append(f"{what} has {len(found)} names: the first {most} taken")
    return list(found.values())[:most]


def _href(given: Any, notes: list[str]) -> str | None:
    href = plain.line(given)
    if given is not None and (not import_records.name(href) or len(href) > LONGEST_HREF):
        notes.append("href is not the name of an article: left out")
        return None
    return href or None


def _rights(href: str | None, title: str) -> str:
    return f"Synopsis from Wikipedia ({import_records.name(href) or title}), CC BY-SA 4.0"


def _extract(given: Any, notes: list[str]) -> str:
    extract = blanks.told(import_records.text(given))
    if extract.startswith("{{"):
        notes.append(f"extract “{extract[:30]}” is no text: left out")
        return ""
    if not extract:
        notes.append("no extract given: taken without synopsis")
    return import_records.within(extract, LONGEST_EXTRACT, "extract", notes)
