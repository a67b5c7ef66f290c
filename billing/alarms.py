"""What a person must look at: called once for each thing until it is settled."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing import audit
from billing.upkeep_models import Alarm
from core import keyset
from core.keyset import Page, Place

log = logging.getLogger(__name__)

WAITS = (Alarm.settled_at.is_(None), Alarm.seen_at.is_(None))


def call(
    db: Session,
    kind: str,
    object_id: str,
    words: str,
    *,
    member_id: int | None = None,
    now: datetime,
) -> None:
    """Call somebody to look at ``object_id``; while it waits, the same again changes nothing."""
    called = db.scalar(
        insert(Alarm)
        .values(kind=kind, object_id=object_id, text=words, member_id=member_id, called_at=now)
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
    return list(db.scalars(select(Alarm).where(*WAITS).order_by(Alarm.id)))


def see_to(db: Session, alarm_id: int, *, actor: str, why: str, now: datetime) -> bool:
    """Take an alarm off the list of what waits, with who saw to it and why. ``False`` where
    somebody has. It is kept open, so that the same thing calls nobody twice."""
    row = db.scalar(select(Alarm).where(Alarm.id == alarm_id, *WAITS).with_for_update())
    if row is None:
        return False
    row.seen_at, row.seen_by, row.seen_why = now, actor, why
    audit.note(
        db,
        now=now,
        actor=actor,
        action="alarm.seen",
        reason=why,
        member_id=row.member_id,
        before={"alarm": row.kind, "about": row.object_id},
    )
    return True


def listed(db: Session, place: Place, *, state: str = "", kind: str = "") -> Page[Alarm]:
    """One page of the alarms: those that wait unless ``state`` is ``all``; of one kind if named."""
    query = select(Alarm) if state == "all" else select(Alarm).where(*WAITS)
    if kind:
        query = query.where(Alarm.kind == kind)
    return keyset.page(db, query, Alarm.id, place)
