"""A dry run: a batch is brought in, told, and undone at once, so that nobody waits for the others.

A later batch finds the films of the earlier ones all the same: their records are kept in tables of
the connection, not in memory, and those that may be meant are brought in again beneath it.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from catalog import import_names
from catalog.import_account import Entry
from catalog.import_records import Reading
from catalog.imports import batches
from catalog.imports.models import ImportRun
from catalog.models import TitleSource
from catalog.records import Film

TABLES = (
    "create temporary table rehearsed (number bigint generated always as identity primary key, "
    "reading bytea not null)",
    "create temporary table rehearsed_hint (hint bigint not null, number bigint not null)",
    "create index on rehearsed_hint (hint, number)",
    "create temporary table rehearsed_title (title_id bigint primary key)",
)
MOST_EARLIER = 8  # records that a batch is shown of one id, or of one name and year
# Asked for one hint and one record after the other: these tables grow, and have no statistics.
EARLIER = text(
    """
select reading from (
    select distinct found.number from unnest(cast(:hints as bigint[])) as wanted (hint)
    cross join lateral (
        select number from rehearsed_hint where hint = wanted.hint order by number limit :most
    ) as found
) as meant
cross join lateral (
    select reading from rehearsed where number = meant.number offset 0
) as earlier
order by meant.number
"""
)
REMEMBER = text(
    "insert into rehearsed (reading) select reading "
    "from unnest(cast(:readings as bytea[])) with ordinality as given (reading, place) "
    "order by place returning number"
)
HINT = text(
    "insert into rehearsed_hint "
    "select * from unnest(cast(:hints as bigint[]), cast(:numbers as bigint[]))"
)
SEEN = text(
    "insert into rehearsed_title select unnest(cast(:titles as bigint[])) on conflict do nothing"
)


def begin(db: Session) -> None:
    """Prepare a dry run in this transaction."""
    for table in TABLES:
        db.execute(text(table))


def store(
    db: Session, run_id: int, readings: Sequence[Reading], *, done: int, now: datetime
) -> list[Entry]:
    """Say of the next records of a file what ``batches.store`` would, and keep nothing of it."""
    undone = db.begin_nested()
    run = batches.taken_up(db, run_id, done=done)
    batches.bring(db, run, _earlier(db, readings), now=now)
    entries = batches.bring(db, run, readings, now=now)
    seen = _titles(db, run.source, readings)
    undone.rollback()
    _remember(db, readings)
    db.execute(SEEN, {"titles": seen})
    batches.note(db, db.get_one(ImportRun, run_id), entries, now=now)
    return entries


def mark(db: Session, run_id: int) -> None:
    """Mark what the file has, as ``batches.store`` does, to tell what it lacks."""
    run = db.get_one(ImportRun, run_id)
    seen = TitleSource.title_id.in_(text("select title_id from rehearsed_title"))
    mine = (TitleSource.source == run.source) & seen
    db.execute(update(TitleSource).where(mine).values(import_run_id=run.id))


def _earlier(db: Session, readings: Sequence[Reading]) -> list[Reading]:
    """The records of earlier batches that may tell of a film of these, in their order."""
    films = [one.film for one in readings if one.film is not None]
    hints = {hint for film in films for hint in _hints(film, import_names.own(film))}
    kept = db.scalars(EARLIER, {"hints": sorted(hints), "most": MOST_EARLIER})
    return [pickle.loads(one) for one in kept]  # noqa: S301  # our own, of this connection


def _remember(db: Session, readings: Sequence[Reading]) -> None:
    kept = [(one, one.film) for one in readings if one.film is not None]
    given = [pickle.dumps(reading) for reading, _ in kept]
    numbers = sorted(db.scalars(REMEMBER, {"readings": given}))
    pairs = [
        (hint, number)
        for number, (_, film) in zip(numbers, kept, strict=True)
        for hint in _hints(film, _names(film))
    ]
    hints, of = [hint for hint, _ in pairs], [number for _, number in pairs]
    db.execute(HINT, {"hints": hints, "numbers": of})


def _names(film: Film) -> list[str]:
    return [*import_names.own(film), *film.aliases]


def _hints(film: Film, names: Iterable[str]) -> set[int]:
    """What films that may be one share: a number for the id, and for each name with the year."""
    return set(map(_hint, _words(film, names)))


def _words(film: Film, names: Iterable[str]) -> Iterator[str]:
    yield film.key
    if film.year is not None:
        yield from (f"{import_names.comparable(name)} {film.year}" for name in names)


def _hint(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)


def _titles(db: Session, source: str, readings: Sequence[Reading]) -> list[int]:
    """The titles that these records tell of, also those that were refused."""
    keys = [one.film.key if one.film else one.key for one in readings]
    of = select(TitleSource.title_id).where(TitleSource.source == source, TitleSource.key.in_(keys))
    return list(db.scalars(of))
