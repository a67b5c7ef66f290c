"""Calls an operator to every trial that was charged without a reminder: the target is none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing import alarms
from reports import notice_coverage, owned, reading
from reports.notice_coverage import Line
from reports.periods import Period

LATELY = timedelta(days=3)


def call_missing(db: Session, *, now: datetime) -> int:
    """Call once for each trial charged lately of which no reminder was accepted; returns how
    many there are. Repeatable."""
    lately = Period(now - LATELY, now)
    kinds = reading.OF_TRIALS | reading.OF_NOTICES
    records = owned.known(db, "payment", within=lately, as_of=now, kinds=kinds)
    missing = notice_coverage.drawn(records, within=lately).lines[Line.MISSING]
    for trial in missing:
        member = trial.person.removeprefix("member:")
        words = "A trial was charged, and no reminder of it was accepted by the mail server."
        alarms.call(
            db,
            "reminder.missing",
            trial.id,
            words,
            member_id=int(member) if member.isdecimal() else None,
            now=now,
        )
    return len(missing)
