"""The names behind IMDb's numbers of people: kept in a table of the connection, not in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import import_records, plain
from catalog.import_records import LONGEST_NAME, Reading
from catalog.imports import opening
from catalog.imports.imdb import NOTHING, rows_of
from catalog.records import Film

AT_ONCE = 10_000


def stage(db: Session, path: Path) -> None:
    """Read ``name.basics`` into a temporary table of this connection."""
    db.execute(
        text("create temporary table imdb_name (number text primary key, name text not null)")
    )
    with opening.opened(path) as file:
        batch: list[dict[str, str]] = []
        for row in rows_of(file):
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
    names = [row["name"][:LONGEST_NAME] for row in usable]
    db.execute(
        text(
            "insert into imdb_name select * from unnest(cast(:numbers as text[]), "
            "cast(:names as text[])) on conflict do nothing"
        ),
        {"numbers": numbers, "names": names},
    )


def named(db: Session, readings: Sequence[Reading], *, staged: bool) -> list[Reading]:
    """The readings with names in place of numbers. Who has no name is left out."""
    numbers = {one for reading in readings if reading.film for one in reading.film.people}
    names = _names(db, numbers) if staged else {}
    return [
        replace(reading, film=_named(reading.film, names)) if reading.film else reading
        for reading in readings
    ]


def _names(db: Session, numbers: set[str]) -> dict[str, str]:
    rows = db.execute(
        text("select number, name from imdb_name where number = any(:numbers)"),
        {"numbers": sorted(numbers)},
    )
    return dict(rows.all())


def _named(film: Film, names: dict[str, str]) -> Film:
    playing = ((names[one.name], one.role) for one in film.cast if one.name in names)
    directing = [names[one] for one in film.directors if one in names]
    directors = {plain.text(name): name for name in reversed(directing)}
    return replace(
        film,
        cast=import_records.players(playing),
        directors=tuple(reversed(directors.values())),
    )
