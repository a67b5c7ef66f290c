"""Importing a file of films: once or again, in one transaction, with an account of every record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from catalog import import_file, import_filling, import_matching, import_records, storing
from catalog.import_account import Account, Entry
from catalog.import_matching import Stored, Told
from catalog.import_records import Reading
from catalog.records import Film

AT_ONCE = 1_000


def run(
    db: Session,
    path: Path,
    *,
    now: datetime,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Account:
    """Bring the films of the JSON list in ``path`` into the catalogue; repeatable without doubles.

    A new film is taken. One that the catalogue has is merged: what it has stays, what it lacks is
    filled in. ``on_progress`` hears how many films of how many are stored. Raises
    ``import_file.Unreadable`` before anything is stored.
    """
    readings = [import_records.read(line, record) for line, record in import_file.records(path)]
    films = import_matching.told(readings)
    storing.alone(db)
    stored = import_matching.stored(db, [one.film for one in films])
    known = [(one, stored[at]) for at, one in enumerate(films) if at in stored]
    new = [one for at, one in enumerate(films) if at not in stored]
    _store(db, [one.film for one in new], now=now, on_progress=on_progress)
    entries = [*_refused(readings), *(entry for one in new for entry in _entries(one, "taken"))]
    entries += _merged(db, known, now=now)
    place = {id(reading): at for at, reading in enumerate(readings)}
    return Account(sorted(entries, key=lambda entry: place[id(entry.reading)]))


def _store(
    db: Session, films: Sequence[Film], *, now: datetime, on_progress: Callable[[int, int], None]
) -> None:
    for start in range(0, len(films), AT_ONCE):
        on_progress(start, len(films))
        storing.add(db, films[start : start + AT_ONCE], now=now)
    on_progress(len(films), len(films))


def _refused(readings: Sequence[Reading]) -> Iterator[Entry]:
    for reading in readings:
        if reading.film is None:
            yield Entry(reading, "refused", reading.notes)


def _merged(db: Session, known: Sequence[tuple[Told, Stored]], *, now: datetime) -> Iterator[Entry]:
    changed = {title.id: one.film for one, title in known if title.digest != one.film.digest}
    filled = import_filling.fill(db, changed, now=now) if changed else {}
    for one, title in known:
        if title.id not in filled:
            yield from _entries(one, "unchanged")
            continue
        since = "in the catalogue already" if title.digest is None else "changed since its import"
        done = filled[title.id]
        said = f"{since}: merged, {', '.join(done.filled) or 'nothing'} filled in"
        yield from _entries(one, "merged", said, *done.kept)


def _entries(one: Told, outcome: str, *notes: str) -> Iterator[Entry]:
    """What became of a film's first record, and of the others that tell of the same film.

    What is odd about a record was said when it was new.
    """
    if outcome == "unchanged":
        yield from (Entry(each, outcome) for each in one.readings)
        return
    first, *others = one.readings
    yield Entry(first, outcome, (*notes, *first.notes))
    same = f"same film as line {first.line}: merged"
    for other in others:
        yield Entry(other, "merged", (same, *other.notes))
