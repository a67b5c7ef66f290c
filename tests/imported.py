"""A file of films brought in as the command does it, in the transaction of a test."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from catalog import importing
from catalog.import_account import Entry
from catalog.imports import batches, formats
from catalog.imports.formats import Wishes

USUAL = Wishes()


def bring(
    db: Session, path: Path, *, now: datetime, wishes: Wishes = USUAL, finish: bool = True
) -> list[Entry]:
    """Import the file; the answer is what became of every record."""
    heard: list[Entry] = []
    with formats.stream(path, wishes) as stream:
        run = batches.begin(
            db, fingerprint=stream.fingerprint, source=stream.source, name=path.name, now=now
        )
        run_id = run.id
        importing.run(db, stream, run_id, now=now, keep=db.flush, hear=heard.extend)
    if finish:
        batches.finish(db, run_id, now=now)
    db.expire_all()
    return heard
