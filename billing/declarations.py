"""What Stripe refuses of what people declared: tried again a few times, then a person is called."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from billing import alarms
from billing.case_models import Termination, Withdrawal

MOST = 5
PAUSE = timedelta(hours=1)
KINDS = {Termination: "contract.refused", Withdrawal: "withdrawal.refused"}


def may_be_tried(kind: type[Termination] | type[Withdrawal], now: datetime) -> ColumnElement[bool]:
    """Which declarations the timetable tries: none of which Stripe refused all tries, or one within
    the hour."""
    rested = or_(kind.refused_at.is_(None), kind.refused_at <= now - PAUSE)
    return (kind.refusals < MOST) & rested


def refused(db: Session, row: Termination | Withdrawal, why: str, *, now: datetime) -> None:
    """Count a try that came to nothing for another reason than that Stripe is away; two workers'
    tries of one time count once. With the last one a person is called, with ``why``, and the
    timetable leaves it to them. ``row`` is held."""
    if row.refused_at is not None and row.refused_at > now - PAUSE:
        return
    row.refusals += 1
    row.refused_at = now
    if row.refusals >= MOST:
        words = f"Stripe refused it {row.refusals} times: {why} {row.text}"
        alarms.call(db, KINDS[type(row)], str(row.id), words, member_id=row.member_id, now=now)


def has_come_about(db: Session, row: Termination | Withdrawal, *, now: datetime) -> None:
    """Nobody need look at it any more, where somebody was called."""
    alarms.settle(db, KINDS[type(row)], str(row.id), now=now)
