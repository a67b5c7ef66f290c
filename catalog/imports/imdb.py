"""Films as IMDb's data files tell them: a folder of TSV files, joined as they are read.

https://developer.imdb.com/non-commercial-datasets/. All but ``name.basics`` are sorted by title,
so the join needs no more memory than one film. People come as IMDb's numbers (``nm0000115``) and
are given their names by ``imdb_names``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from catalog import import_records, plain, records
from catalog.import_records import (
    LONGEST_GENRE,
    LONGEST_KEY,
    LONGEST_TITLE,
    MOST_GENRES,
    Reading,
    Refused,
)
from catalog.imports import imdb_files, opening, values
from catalog.imports.opening import Text
from catalog.imports.rows import MOST_NAMES
from catalog.records import Film, Player

SOURCE = "IMDb"
BASICS, NAMES = "title.basics", "name.basics"
BESIDE = ("title.akas", "title.ratings", "title.crew", "title.principals")
KINDS = ("movie", "tvMovie", "short", "video")
NOTHING = "\\N"
PLAYERS = {"actor", "actress", "self"}


def is_folder(folder: Path) -> bool:
    """Whether IMDb's list of titles is in a folder."""
    return folder.is_dir() and imdb_files.found(folder, BASICS) is not None


def read(folder: Path, basics: Text, kinds: tuple[str, ...]) -> Iterator[Reading]:
    """Every title of one of ``kinds`` in ``basics``, with what the files beside it add."""
    with ExitStack() as files:
        beside = {
            name: imdb_files.Beside(files.enter_context(opening.opened(path)))
            for name in BESIDE
            if (path := imdb_files.found(folder, name)) is not None
        }
        for row in imdb_files.rows_of(basics):
            if row.get("titleType") in kinds:
                more = {name: file.of(row["key"]) for name, file in beside.items()}
                yield _reading(basics.line, row, more)


def passed_over(folder: Path, kinds: tuple[str, ...]) -> Iterator[str]:
    """The ids of the titles that are of none of ``kinds``, which ``read`` passes over."""
    path = imdb_files.found(folder, BASICS)
    if path is None:
        return
    with opening.opened(path) as text:
        for row in imdb_files.rows_of(text):
            if row["key"] and row.get("titleType") not in kinds:
                yield row["key"]


def _reading(line: int, row: dict[str, str], more: dict[str, list[dict[str, str]]]) -> Reading:
    notes: list[str] = []
    title = import_records.name(_told(row, "primaryTitle"))
    try:
        film = _film(title, row, more, notes)
    except Refused as why:
        return Reading(line, title[:LONGEST_TITLE], None, (str(why),), key=row["key"])
    return Reading(line, title, film, tuple(notes))


def _film(
    title: str, row: Mapping[str, str], more: dict[str, list[dict[str, str]]], notes: list[str]
) -> Film:
    if not opening.is_text("".join(row.values())):
        raise Refused("not UTF-8 text: refused")
    if imdb_files.TOO_MANY in row:
        raise Refused("more cells than the header has: refused")
    if not row["key"]:
        raise Refused("no id that can be read: refused")
    title = import_records.usable_title(title)
    if row.get("isAdult") == "1":
        raise Refused("marked as for adults only: refused")
    original = import_records.name(_told(row, "originalTitle"))
    original = import_records.within(original, LONGEST_TITLE, "originalTitle", notes)
    year = values.year(_told(row, "startYear"))
    if year is None:
        notes.append("no year given: taken without year")
    rows = {name: _whole(name, told, notes) for name, told in more.items()}
    principals = rows.get("title.principals", [])
    return Film(
        source=SOURCE,
        key=row["key"],
        digest=records.digest([row, more]),
        name=title,
        year=year,
        original_name=original if original not in ("", title) else None,
        aliases=_aliases(rows.get("title.akas", []), (title, original), notes),
        runtime_minutes=_runtime(_told(row, "runtimeMinutes"), notes),
        genres=_genres(_told(row, "genres"), notes),
        directors=_directors(rows.get("title.crew", []), principals, notes),
        cast=_cast(principals, notes),
        ratings=tuple(_ratings(rows.get("title.ratings", []), notes)),
        imdb_id=values.imdb_id(row["key"]),
    )


def _whole(name: str, told: list[dict[str, str]], notes: list[str]) -> list[dict[str, str]]:
    """The rows of a file that can be read; that others are left out is noted."""
    found = [row for row in told if imdb_files.is_whole(row)]
    if len(found) < len(told):
        notes.append(f"{name} has a row that cannot be read: left out")
    most = imdb_files.MOST_ROWS
    if len(told) > most:
        notes.append(f"{name} has more than {most:,} rows of it: the first {most:,} taken")
    return found[:most]


def _told(row: Mapping[str, str], column: str) -> str:
    """A cell on one line; empty where the file says nothing."""
    found = plain.line(row.get(column))
    return "" if found == NOTHING else found


def _runtime(given: str, notes: list[str]) -> int | None:
    try:
        return values.minutes(given)
    except ValueError:
        notes.append(f"runtimeMinutes “{given[:30]}” means nothing: left out")
        return None


def _genres(given: str, notes: list[str]) -> tuple[str, ...]:
    found = import_records.few(values.names(given), (MOST_GENRES, LONGEST_GENRE), "genres", notes)
    return tuple(map(import_records.genre, found))


def _aliases(
    akas: list[dict[str, str]], known: tuple[str, ...], notes: list[str]
) -> tuple[str, ...]:
    told = (import_records.name(_told(row, "title")) for row in akas)
    found = plain.once(told, besides=known)
    limits = (MOST_NAMES, LONGEST_TITLE)
    return tuple(import_records.few(found, limits, "title.akas", notes))


def _directors(
    crew: list[dict[str, str]], principals: list[dict[str, str]], notes: list[str]
) -> tuple[str, ...]:
    told = [number for row in crew for number in values.names(_told(row, "directors"))]
    billed = [_told(row, "nconst") for row in principals if row.get("category") == "director"]
    found = list(dict.fromkeys(filter(None, told or billed)))
    return tuple(import_records.few(found, (MOST_NAMES, LONGEST_KEY), "directors", notes))


def _cast(principals: list[dict[str, str]], notes: list[str]) -> tuple[Player, ...]:
    players = (row for row in principals if row.get("category") in PLAYERS)
    billed = [(_told(row, "nconst"), _role(_told(row, "characters"), notes)) for row in players]
    return import_records.cast(billed, notes)


def _role(characters: str, notes: list[str]) -> str | None:
    """The first of a list of parts such as ``["Ben", "Himself"]``."""
    try:
        parts: Any = json.loads(characters or "[]")
    except ValueError:
        parts = None
    if not isinstance(parts, list):
        notes.append(f"characters “{characters[:30]}” means nothing: left out")
    return import_records.name(parts[0]) or None if isinstance(parts, list) and parts else None


def _ratings(told: list[dict[str, str]], notes: list[str]) -> Iterator[dict[str, Any]]:
    """The title's score, of which there is one; what means nothing is noted and left out."""
    for row in told[:1]:
        given, votes = _told(row, "averageRating"), _told(row, "numVotes")
        if not given and not votes:
            continue
        try:
            score, count = values.score(given, 10), values.whole(votes)
        except ValueError:
            said = f"averageRating “{given[:30]}” of numVotes “{votes[:30]}”"
            notes.append(f"{said} means nothing: left out")
            continue
        if not count:
            notes.append("a score without votes: left out")
        else:
            yield {"source": SOURCE, "score": score, "scale": 10, "count": count}
