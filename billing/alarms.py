"""What a person must look at: called once for each thing until it is settled."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.upkeep_models import Alarm

log = logging.getLogger(__name__)


def call(db: Session, kind: str, object_id: str, words: str, *, now: datetime) -> None:
    """Call somebody to look at ``object_id``; while it waits, the same again changes nothing."""
    called = db.scalar(
        insert(Alarm)
        .values(kind=kind, object_id=object_id, text=words, called_at=now)
        .on_conflict_do_nothing(
            index_elements=["kind", "object_id"], index_where=text("settled_at is null")
        )
        .returning(Alarm.id)
    )
    if called is not None:
        log.error("alarm.called", extra={"kind": kind, "object": object_id})


def settle(db: Session, kind: str, object_id: str, *, now: datetime) -> None:
    """Nobody need look any more."""
    db.execute(
        update(Alarm)
        .where(Alarm.kind == kind, Alarm.object_id == object_id, Alarm.settled_at.is_(None))
        .values(settled_at=now)
    )


def waiting(db: Session) -> list[Alarm]:
    """What nobody has looked at yet, the oldest first."""
    return list(db.scalars(select(Alarm).where(Alarm.settled_at.is_(None)).order_by(Alarm.id)))
