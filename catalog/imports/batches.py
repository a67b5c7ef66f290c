"""Bringing a long file in, a batch a transaction: what is committed is never done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog import import_filling, import_matching, storing
from catalog.import_account import Entry
from catalog.import_matching import Stored
from catalog.import_records import Reading
from catalog.imports.models import ImportRun
from catalog.models import Title, TitleSource
from catalog.records import Film

WITHDRAWN = "withdrawn"


def begin(db: Session, *, fingerprint: str, source: str, name: str, now: datetime) -> ImportRun:
    """The import of this file that was broken off, else a new one."""
    unfinished = select(ImportRun).where(
        ImportRun.fingerprint == fingerprint, ImportRun.finished_at.is_(None)
    )
    run = db.scalar(unfinished)
    if run is None:
        run = ImportRun(
            fingerprint=fingerprint, source=source, name=name, started_at=now, updated_at=now
        )
        db.add(run)
        db.flush()  # its id marks the titles
    return run


def store(db: Session, run_id: int, readings: Sequence[Reading], *, now: datetime) -> list[Entry]:
    """Bring the next records of a file in and note that they are done; an entry for each.

    A new film is taken. One that the catalogue has is filled in where it lacks something; what
    differs is told and stays. A film that its own source withdraws is withdrawn.
    """
    storing.alone(db)
    run = db.get_one(ImportRun, run_id, with_for_update=True)
    first, repeated = _once(readings)
    films = [reading.film for reading in first if reading.film is not None]
    stored = import_matching.stored(db, films)
    entries = {id(one): Entry(one, "refused", one.notes) for one in readings if one.film is None}
    entries |= {id(one): Entry(one, "merged", (note,)) for one, note in repeated}
    new = [one for at, one in enumerate(first) if at not in stored]
    storing.add(db, [one.film for one in new if one.film], now=now)
    entries |= {id(one): Entry(one, "taken", one.notes) for one in new}
    known = [(one, stored[at]) for at, one in enumerate(first) if at in stored]
    entries |= {id(entry.reading): entry for entry in _known(db, known, now=now)}
    _mark(db, run, films, now=now)
    found = [entries[id(reading)] for reading in readings]
    run.records += len(readings)
    run.counts = {**Counter(run.counts) + Counter(entry.outcome for entry in found)}
    run.updated_at = now
    db.flush()
    return found


def finish(db: Session, run_id: int, *, now: datetime) -> ImportRun:
    """Note that the whole file has been read."""
    run = db.get_one(ImportRun, run_id)
    run.finished_at = run.updated_at = now
    return run


def withdraw_missing(db: Session, run_id: int, *, now: datetime) -> list[str]:
    """Withdraw the published titles that this source once told and that the file of this import
    lacks; the answer is their names. Asked for before any title is judged missing: a finished run.
    """
    run = db.get_one(ImportRun, run_id)
    missing = (
        select(TitleSource.title_id)
        .where(TitleSource.source == run.source)
        .group_by(TitleSource.title_id)
        .having(func.bool_and(TitleSource.import_run_id.is_distinct_from(run.id)))
    )
    gone = (
        update(Title)
        .where(Title.id.in_(missing), Title.status == "published")
        .values(status=WITHDRAWN, updated_at=now)
        .returning(Title.name)
    )
    return sorted(db.scalars(gone))


def _once(readings: Iterable[Reading]) -> tuple[list[Reading], list[tuple[Reading, str]]]:
    """The readings that have a film, the first of every key; and the others with what is said."""
    first: dict[str, Reading] = {}
    repeated = []
    for reading in readings:
        if reading.film is None:
            continue
        known = first.setdefault(reading.film.key, reading)
        if known is not reading:
            repeated.append((reading, f"same film as line {known.line}: left out"))
    return list(first.values()), repeated


def _known(
    db: Session, known: Sequence[tuple[Reading, Stored]], *, now: datetime
) -> Iterator[Entry]:
    told = {title.id: (one.film, title) for one, title in known if one.film is not None}
    changed = {id_: film for id_, (film, title) in told.items() if title.digest != film.digest}
    filled = import_filling.fill(db, changed, now=now) if changed else {}
    withdrawn = _withdraw(db, changed, now=now)
    for one, title in known:
        if title.id not in filled:
            yield Entry(one, "unchanged")
            continue
        done = filled[title.id]
        since = "in the catalogue already" if title.digest is None else "changed since its import"
        said = f"{since}: {', '.join(done.filled) or 'nothing'} filled in"
        gone = ("withdrawn, as the file says",) if title.id in withdrawn else ()
        yield Entry(one, "merged", (said, *done.kept, *gone, *one.notes))


def _withdraw(db: Session, films: dict[int, Film], *, now: datetime) -> set[int]:
    wanted = [id_ for id_, film in films.items() if film.status == WITHDRAWN]
    gone = (
        update(Title)
        .where(Title.id.in_(wanted), Title.status != WITHDRAWN)
        .values(status=WITHDRAWN, updated_at=now)
        .returning(Title.id)
    )
    return set(db.scalars(gone)) if wanted else set()


def _mark(db: Session, run: ImportRun, films: Sequence[Film], *, now: datetime) -> None:
    keys = [film.key for film in films]
    mine = (TitleSource.source == run.source) & TitleSource.key.in_(keys)
    db.execute(update(TitleSource).where(mine).values(import_run_id=run.id))
