"""The names behind IMDb's numbers of people: kept in a table of the connection, not in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import import_records, plain
from catalog.import_records import LONGEST_NAME, Reading
from catalog.imports import opening
from catalog.imports.imdb import NAMES, NOTHING
from catalog.imports.imdb_files import is_whole, rows_of
from catalog.records import Film

AT_ONCE = 10_000
KEPT = 2 * LONGEST_NAME  # letters of a name: enough to cut it at a word, and to say so


def stage(db: Session, path: Path) -> None:
    """Read ``name.basics`` into a temporary table of this connection."""
    db.execute(
        text("create temporary table imdb_name (number text primary key, name text not null)")
    )
    with opening.opened(path) as file:
        batch: list[dict[str, str]] = []
        for row in filter(is_whole, rows_of(file)):
            batch.append(
                {"number": row["key"], "name": import_records.name(row.get("primaryName"))}
            )
            if len(batch) == AT_ONCE:
                _put(db, batch)
                batch = []
        _put(db, batch)


def _put(db: Session, batch: list[dict[str, str]]) -> None:
    usable = [row for row in batch if row["number"] and row["name"] not in ("", NOTHING)]
    numbers = [row["number"] for row in usable]
    names = [row["name"][:KEPT] for row in usable]
    db.execute(
        text(
            "insert into imdb_name select * from unnest(cast(:numbers as text[]), "
            "cast(:names as text[])) on conflict do nothing"
        ),
        {"numbers": numbers, "names": names},
    )


def named(db: Session, readings: Sequence[Reading], *, staged: bool) -> list[Reading]:
    """The readings with names in place of numbers. Who has no name is left out; that is noted,
    unless nobody has one since there is no ``name.basics``."""
    numbers = {one for reading in readings if reading.film for one in reading.film.people}
    names = _names(db, numbers) if staged else {}
    return [_named(one, one.film, names, staged) if one.film else one for one in readings]


def _names(db: Session, numbers: set[str]) -> dict[str, str]:
    rows = db.execute(
        text("select number, name from imdb_name where number = any(:numbers)"),
        {"numbers": sorted(numbers)},
    )
    return dict(rows.all())


def _named(reading: Reading, film: Film, names: Mapping[str, str], staged: bool) -> Reading:
    notes: list[str] = []
    people = list(dict.fromkeys(film.people))
    if staged:
        notes += [
            f"{one[:30]} has no name in {NAMES}: left out" for one in people if one not in names
        ]
    of = {one: import_records.person(names[one], notes) for one in people if one in names}
    for what, numbers in (("cast", [one.name for one in film.cast]), ("directors", film.directors)):
        pairs = [(one, of[one]) for one in numbers if one in of]
        notes += import_records.namesakes(pairs, what)
    named = replace(
        film,
        cast=import_records.players(
            (of[one.name], one.role) for one in film.cast if one.name in of
        ),
        directors=tuple(plain.once(of[one] for one in film.directors if one in of)),
    )
    return replace(reading, film=named, notes=(*reading.notes, *notes))
