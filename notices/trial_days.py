"""E-mails of a trial's calendar beside the reminder: half of it is over, one day is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from billing.models import Subscription
from billing.terms import REMINDER_LEAD
from notices import owed

DAY = timedelta(days=1)
HALFWAY, TOMORROW = "halfway", "trial_ends_tomorrow"


def find(db: Session, *, now: datetime) -> None:
    """Owe what falls on this day of a trial that goes on; once for each end that it has.

    A trial shorter than the reminder's lead is told everything when it begins.
    """
    _owe(db, HALFWAY, _is_past_half(now) & ~_is_past_half(now - DAY), now)
    ends = Subscription.trial_ends_at
    _owe(db, TOMORROW, (ends > now) & (ends <= now + DAY), now)


def _is_past_half(instant: datetime) -> ColumnElement[bool]:
    at = literal(instant)
    return at - Subscription.trial_started_at >= Subscription.trial_ends_at - at


def _owe(db: Session, kind: str, falls: ColumnElement[bool], now: datetime) -> None:
    long_enough = Subscription.trial_ends_at - Subscription.trial_started_at > REMINDER_LEAD
    due = select(Subscription).where(
        falls,
        long_enough,
        Subscription.status == "trialing",
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
        Subscription.ended_at.is_(None),
        func.coalesce(Subscription.pause_behavior, "") == "",
    )
    for sub in db.scalars(due):
        assert sub.trial_ends_at is not None
        ends = sub.trial_ends_at.isoformat()
        owed.owe(
            db,
            kind,
            f"{kind}:{sub.stripe_id}:{ends}",
            member_id=sub.member_id,
            subscription_id=sub.id,
            object_id=ends,
            now=now,
        )
