"""Bringing a long file in, a batch a transaction: what is committed is never done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog import import_filling, import_matching, storing
from catalog.import_account import Entry
from catalog.import_matching import Stored, Told
from catalog.import_records import Reading
from catalog.imports.models import ImportRun
from catalog.models import Title, TitleSource
from catalog.records import Film

WITHDRAWN = "withdrawn"
MOST_DIGESTS = 8
Telling = Callable[[Iterable[Reading]], list[Told]]


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


def store(
    db: Session,
    run_id: int,
    readings: Sequence[Reading],
    *,
    now: datetime,
    told: Telling = import_matching.told_once,
) -> list[Entry]:
    """Bring the next records of a file in and note that they are done; an entry for each.

    A new film is taken. One that the catalogue has is filled in where it lacks something; what
    differs is told and stays. A film that its own source withdraws is withdrawn.
    """
    storing.alone(db)
    run = db.get_one(ImportRun, run_id, with_for_update=True)
    films = told(readings)
    stored = import_matching.stored(db, [one.film for one in films])
    new = [one for at, one in enumerate(films) if at not in stored]
    storing.add(db, [one.film for one in new], now=now)
    entries = [Entry(one, "refused", one.notes) for one in readings if one.film is None]
    entries += [entry for one in new for entry in _entries(one, "taken")]
    known = [(one, stored[at]) for at, one in enumerate(films) if at in stored]
    entries += _known(db, run.id, known, now=now)
    _mark(db, run, [one.film for one in films], now=now)
    run.records += len(readings)
    run.counts = {**Counter(run.counts) + Counter(entry.outcome for entry in entries)}
    run.updated_at = now
    db.flush()
    place = {id(reading): at for at, reading in enumerate(readings)}
    return sorted(entries, key=lambda entry: place[id(entry.reading)])


def finish(db: Session, run_id: int, *, now: datetime) -> ImportRun:
    """Note that the whole file has been read."""
    run = db.get_one(ImportRun, run_id)
    run.finished_at = run.updated_at = now
    db.flush()  # the next import of the file asks for one that is not finished
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


def _known(
    db: Session, run_id: int, known: Sequence[tuple[Told, Stored]], *, now: datetime
) -> Iterator[Entry]:
    changed = {
        title.id: _remembered(one.film, title, run_id)
        for one, title in known
        if not _is_unchanged(one.film, title)
    }
    filled = import_filling.fill(db, changed, now=now) if changed else {}
    withdrawn = _withdraw(db, changed, now=now)
    for one, title in known:
        done = filled.get(title.id)
        gone = ("withdrawn, as the file says",) if title.id in withdrawn else ()
        if done is None:
            yield from _entries(one, "unchanged")
            continue
        said = f"{_since(title, run_id)}: {', '.join(done.filled) or 'nothing'} filled in"
        yield from _entries(one, "merged", said, *done.kept, *gone)


def _is_unchanged(film: Film, title: Stored) -> bool:
    return title.digest is not None and film.digest in title.digest.split()


def _remembered(film: Film, title: Stored, run_id: int) -> Film:
    """A film with the digest that is kept of it: beside those of the records that told of it
    earlier in this file, so that the same file finds it unchanged."""
    if (title.run_id, title.key) != (run_id, film.key) or title.digest is None:
        return film
    digests = [*title.digest.split(), film.digest][:MOST_DIGESTS]
    return replace(film, digest=" ".join(digests))


def _since(title: Stored, run_id: int) -> str:
    if title.run_id == run_id:
        return "same film as an earlier record"
    return "in the catalogue already" if title.digest is None else "changed since its import"


def _entries(one: Told, outcome: str, *notes: str) -> Iterator[Entry]:
    """What became of a film's first record, and of the others that tell of the same film.

    What is odd about a record was said when it was new.
    """
    if outcome == "unchanged":
        yield from (Entry(each, outcome) for each in one.readings)
        return
    first, *others = one.readings
    yield Entry(first, outcome, (*notes, *first.notes))
    same = f"same film as {first.place}: {one.others}"
    for other in others:
        yield Entry(other, "merged", (same, *other.notes))


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
