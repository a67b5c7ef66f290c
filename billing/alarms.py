"""What a person must look at: raised once for each thing, listed, settled by somebody by name."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing import audit
from billing.case_models import Alarm

log = logging.getLogger(__name__)


def sound(
    db: Session, kind: str, object_id: str, words: str, *, member_id: int | None, now: datetime
) -> None:
    """Keep that a person must look at ``object_id``; the same again changes nothing."""
    raised = db.scalar(
        insert(Alarm)
        .values(kind=kind, object_id=object_id, member_id=member_id, words=words, at=now)
        .on_conflict_do_nothing(index_elements=["kind", "object_id"])
        .returning(Alarm.id)
    )
    if raised is not None:
        log.error(f"alarm.{kind}", extra={"object": object_id, "member_id": member_id})


def waiting(db: Session) -> list[Alarm]:
    """The alarms that nobody has settled, the oldest first."""
    return list(db.scalars(select(Alarm).where(Alarm.settled_at.is_(None)).order_by(Alarm.id)))


def settle(db: Session, alarm_id: int, *, actor: str, reason: str, now: datetime) -> None:
    """Keep that somebody has looked, and what they say of it."""
    alarm = db.get_one(Alarm, alarm_id)
    alarm.settled_at, alarm.settled_by = now, actor
    audit.note(
        db,
        now=now,
        actor=actor,
        action="alarm.settled",
        reason=reason,
        member_id=alarm.member_id,
        before={"alarm": alarm.kind, "object": alarm.object_id},
    )
