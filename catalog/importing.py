"""Importing a file of films of any length: batch by batch, with an account of every record."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.import_account import Entry
from catalog.import_records import Reading
from catalog.imports import batches
from catalog.imports.batches import Storing
from catalog.imports.formats import Stream
from catalog.imports.models import ImportRun
from catalog.imports.unreadable import Unreadable

AT_ONCE = 1_000
STORED = ("taken", "merged", "unchanged")


def run(
    db: Session,
    stream: Stream,
    run_id: int,
    *,
    now: datetime,
    keep: Callable[[], None],
    hear: Callable[[Sequence[Entry]], None],
    on_progress: Callable[[int, int], None] = lambda done, size: None,
    store: Storing = batches.store,
) -> None:
    """Bring in what the import has not done of its file yet, ``AT_ONCE`` records a transaction.
    ``store`` is ``rehearsals.store`` for a dry run.

    ``hear`` is told of a batch before ``keep`` commits it, so that no account lacks what is stored.
    Raises ``Unreadable``, which says how many films are stored, where the file cannot be read on,
    and ``batches.GoesOnElsewhere``.
    """
    done = db.get_one(ImportRun, run_id).records
    try:
        stream.prepare(db)
        keep()
        for batch in _batches(itertools.islice(stream.readings, done, None)):
            complete = stream.complete(db, batch)
            hear(store(db, run_id, complete, done=done, now=now))
            keep()
            db.expunge_all()
            done += len(batch)
            on_progress(stream.text.position, stream.text.size)
    except Unreadable as broken:
        db.rollback()
        raise Unreadable(broken.why, stored=stored(db, run_id)) from broken


def _batches(readings: Iterator[Reading]) -> Iterator[list[Reading]]:
    """``AT_ONCE`` readings at a time; what was read before a file cannot be read on comes first."""
    batch: list[Reading] = []
    try:
        for reading in readings:
            batch.append(reading)
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
    except Unreadable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def stored(db: Session, run_id: int) -> int:
    """How many films of an import are in the catalogue; none of one that was undone."""
    kept = db.get(ImportRun, run_id)
    return sum(kept.counts.get(outcome, 0) for outcome in STORED) if kept else 0
