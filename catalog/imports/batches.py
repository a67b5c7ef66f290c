"""Bringing a long file in, a batch a transaction: what is committed is never done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, any_, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from catalog import import_filling, import_identity, import_matching, import_records, storing
from catalog.import_account import Entry
from catalog.import_candidates import Stored
from catalog.import_matching import Told
from catalog.import_records import Reading
from catalog.imports.models import ImportRun
from catalog.models import Title, TitleSource
from catalog.records import Film
from core.batching import some_at_a_time
from core.errors import DomainError

WITHDRAWN = "withdrawn"
MOST_DIGESTS = 100  # records of one film in a file that are known again
SEEN_AT_ONCE = 10_000
NAMELESS = "nameless"  # records refused that do not say which film of their source they are
Storing = Callable[..., list[Entry]]  # as ``store``


class Unjudged(DomainError):
    """Nobody can tell which films a file lacks that has records of films without a name of their
    own, and those were refused."""

    def __init__(self, records: int) -> None:
        self.sentence = (
            f"Nothing is withdrawn: {records:,} records were refused that have no id, so nobody "
            f"can tell whether their films are missing. Mend them and import the file again."
        )
        super().__init__(records)


class GoesOnElsewhere(DomainError):
    """The same import of the same file goes on somewhere else."""

    status = 409
    sentence = (
        "This import of this file goes on somewhere else. Wait until it has ended; what it stored "
        "is kept, and the same command then has nothing left to do."
    )


@contextmanager
def alone(db: Session, fingerprint: str, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold off every other import of the same file for the block, with its account; ``on_wait`` is
    called where one goes on that has to end first. ``db`` stays on one connection, and what is not
    committed at the end of the block is undone."""
    key = {"key": f"import {fingerprint}"}
    if not db.scalar(text("select pg_try_advisory_lock(hashtextextended(:key, 0))"), key):
        on_wait()
        db.execute(text("select pg_advisory_lock(hashtextextended(:key, 0))"), key)
    try:
        yield
    finally:
        db.rollback()
        db.execute(text("select pg_advisory_unlock(hashtextextended(:key, 0))"), key)
        db.commit()


def begin(db: Session, *, fingerprint: str, source: str, name: str, now: datetime) -> ImportRun:
    """The import of this file that was broken off, else a new one."""
    unfinished = select(ImportRun).where(
        ImportRun.fingerprint == fingerprint, ImportRun.finished_at.is_(None)
    )
    new = {"fingerprint": fingerprint, "source": source, "name": name}
    begun = insert(ImportRun).values(**new, started_at=now, updated_at=now, records=0, counts={})
    if db.scalar(unfinished) is None:
        db.execute(begun.on_conflict_do_nothing())
    return db.scalars(unfinished).one()


def store(
    db: Session, run_id: int, readings: Sequence[Reading], *, done: int, now: datetime
) -> list[Entry]:
    """Bring the next records of a file in, behind the ``done`` ones, and note that they are done;
    an entry for each.

    A new film is taken. One that the catalogue has is filled in where it lacks something; what
    differs is told and stays. A film that its own source withdraws is withdrawn. Raises
    ``GoesOnElsewhere``.
    """
    run = taken_up(db, run_id, done=done)
    entries = bring(db, run, readings, now=now)
    note(db, run, entries, now=now)
    return entries


def taken_up(db: Session, run_id: int, *, done: int) -> ImportRun:
    """The import, held with the catalogue until the commit. Raises ``GoesOnElsewhere`` where other
    than ``done`` records of it are done."""
    storing.alone(db)
    run = db.get_one(ImportRun, run_id, with_for_update=True, populate_existing=True)
    if run.records != done:
        raise GoesOnElsewhere(run.name)
    return run


def bring(
    db: Session, run: ImportRun, readings: Sequence[Reading], *, now: datetime
) -> list[Entry]:
    """Bring records in, and say of each what became of it: of those that may tell of one film one
    after the other, so that it is all the same in which batch they are."""
    refused = [one for one in readings if one.film is None]
    keys = [one.key for one in refused if one.key]
    _mark(db, run, [*keys, *filter(None, map(import_records.key_once_cut, keys))])
    entries = [Entry(one, "refused", one.notes) for one in refused]
    queues = import_matching.apart(readings)
    while queues:
        brought = _first(db, run, [queue[0] for queue in queues], now=now)
        entries += brought
        done = {id(entry.reading) for entry in brought}
        rests = (queue[id(queue[0].reading) in done :] for queue in queues)
        queues = [rest for rest in rests if rest]
    place = {id(reading): at for at, reading in enumerate(readings)}
    return sorted(entries, key=lambda entry: place[id(entry.reading)])


def _first(db: Session, run: ImportRun, told: Sequence[Told], *, now: datetime) -> list[Entry]:
    """Bring in records of different films, but for those whose title an earlier one of them is. One
    that has the id of another film is refused."""
    stored = import_matching.stored(db, [one.film for one in told])
    new = [one for at, one in enumerate(told) if at not in stored]
    meant = [(told[at], title) for at, title in stored.items() if title is not None]
    known = [(one, title) for one, title in meant if not title.is_another]
    storing.add(db, [one.film for one in new], now=now)
    entries = [Entry(one.reading, "taken", one.reading.notes) for one in new]
    entries += _known(db, run.id, known, now=now)
    entries += [_refused(one, title) for one, title in meant if title.is_another]
    _mark(db, run, [one.film.key for one in (*new, *(one for one, _ in meant))])
    return entries


def _refused(one: Told, title: Stored) -> Entry:
    why = import_identity.sentence(one.film, title.name, title.year)
    return Entry(one.reading, "refused", (why,))


def note(db: Session, run: ImportRun, entries: Sequence[Entry], *, now: datetime) -> None:
    """Note that these records are done, with what became of them."""
    run.records += len(entries)
    counted = Counter(entry.outcome for entry in entries)
    refused = [entry.reading for entry in entries if entry.reading.film is None]
    counted[NAMELESS] = sum(1 for one in refused if not one.key)
    run.counts = {**Counter(run.counts) + counted}
    run.updated_at = now
    db.flush()  # the next batch asks how many are done


def see(db: Session, run_id: int, keys: Iterable[str]) -> None:
    """Note that the file has the films of these keys as well, of which it told nothing here."""
    run = db.get_one(ImportRun, run_id)
    for some in some_at_a_time(keys, SEEN_AT_ONCE):
        _mark(db, run, some)


def keep_in_mind(db: Session, run_id: int, more: Mapping[str, int]) -> None:
    """Note with the counts of an import what its next part has to know."""
    run = db.get_one(ImportRun, run_id)
    run.counts = {**run.counts, **more}
    db.flush()  # the session forgets it after the batch


def finish(db: Session, run_id: int, *, now: datetime) -> ImportRun:
    """Note that nothing is left to do: until then the same command goes on with this import."""
    run = db.get_one(ImportRun, run_id)
    run.finished_at = run.updated_at = now
    db.flush()  # the next import of the file asks for one that is not finished
    return run


def withdraw_missing(db: Session, run_id: int, *, now: datetime) -> list[str]:
    """Withdraw the published titles that this source once told and that neither the file of this
    import nor a later one of the source has; the answer is their names. What was refused is in the
    file. Raises ``Unjudged``.
    """
    run = db.get_one(ImportRun, run_id)
    if run.counts.get(NAMELESS):
        raise Unjudged(run.counts[NAMELESS])
    missing = (
        select(TitleSource.title_id)
        .where(TitleSource.source == run.source)
        .group_by(TitleSource.title_id)
        .having(func.max(func.coalesce(TitleSource.import_run_id, 0)) < run.id)
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
    """What becomes of records whose films the catalogue has. What is odd about one that has not
    changed was said when it was new; where the desk has changed the film since, what differs is
    said again; what it emptied stays so."""
    changed = {
        title.id: _remembered(one.film, title, run_id)
        for one, title in known
        if not _is_unchanged(one.film, title)
    }
    edited = {
        title.id: one.film
        for one, title in known
        if title.id not in changed and title.is_edited_since
    }
    differing = import_filling.differences(db, edited) if edited else {}
    mended = {title.id for _, title in known if title.is_told and title.edited_at is not None}
    filled = import_filling.fill(db, changed, now=now, mended=mended) if changed else {}
    withdrawn = _withdraw(db, changed, now=now)
    for one, title in known:
        done = filled.get(title.id)
        gone = (
            ("withdrawn, as the file says",) if title.id in withdrawn else _status(one.film, title)
        )
        if done is None:
            yield Entry(one.reading, "unchanged", (*differing.get(title.id, ()), *gone))
            continue
        said = f"{_since(title, run_id)}: {', '.join(done.filled) or 'nothing'} filled in"
        yield Entry(one.reading, "merged", (said, *done.kept, *gone, *one.reading.notes))


def _status(film: Film, title: Stored) -> tuple[str, ...]:
    """What is said where the file gives a film another status than the catalogue. A file that says
    nothing of a status means films to be seen."""
    if film.status is None:
        return ("status: withdrawn in the catalogue: kept",) if title.status == WITHDRAWN else ()
    same = film.status == title.status
    told = f"status: the catalogue says {title.status}, the file {film.status}: kept"
    return () if same else (told,)


def _is_unchanged(film: Film, title: Stored) -> bool:
    return title.digest is not None and film.digest in title.digest.split()


def _remembered(film: Film, title: Stored, run_id: int) -> Film:
    """A film with the digest that is kept of it: beside those of the records that told of it
    earlier in this file, and in later imports, so that the same file finds it unchanged."""
    told_since = title.run_id is not None and title.run_id >= run_id
    if not told_since or title.key != film.key or title.digest is None:
        return film
    digests = [*title.digest.split(), film.digest][:MOST_DIGESTS]
    return replace(film, digest=" ".join(digests))


def _since(title: Stored, run_id: int) -> str:
    if title.run_id == run_id:
        return "same film as an earlier record"
    if title.digest is None:
        return "in the catalogue already"
    later = title.run_id is not None and title.run_id > run_id
    return "told by a later import as well" if later else "changed since its import"


def _withdraw(db: Session, films: dict[int, Film], *, now: datetime) -> set[int]:
    wanted = [id_ for id_, film in films.items() if film.status == WITHDRAWN]
    gone = (
        update(Title)
        .where(Title.id.in_(wanted), Title.status != WITHDRAWN)
        .values(status=WITHDRAWN, updated_at=now)
        .returning(Title.id)
    )
    return set(db.scalars(gone)) if wanted else set()


def _mark(db: Session, run: ImportRun, keys: Sequence[str]) -> None:
    """Note which import saw these last. One that was taken up again is older than those since."""
    each = any_(literal(list(keys), ARRAY(Text)))
    mine = (TitleSource.source == run.source) & (TitleSource.key == each)
    latest = func.greatest(func.coalesce(TitleSource.import_run_id, 0), run.id)
    db.execute(update(TitleSource).where(mine).values(import_run_id=latest))
