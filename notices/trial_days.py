"""E-mails of a trial's calendar beside the reminder: half of it is over, one day is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Insert, func
from sqlalchemy.orm import Session

from billing.models import Subscription
from billing.terms import REMINDER_LEAD
from notices import in_sets

DAY = timedelta(days=1)
HALFWAY, TOMORROW = "halfway", "trial_ends_tomorrow"

_starts, _ends = Subscription.trial_started_at, Subscription.trial_ends_at


def find(db: Session, *, now: datetime) -> None:
    """Owe what falls on this day of a trial that goes on; once for each end that it has.

    A trial shorter than the reminder's lead is told everything when it begins.
    """
    for statement in _STATEMENTS:
        db.connection().execute(statement, {"now": now})


def _is_past_half(instant: ColumnElement[datetime]) -> ColumnElement[bool]:
    return instant - _starts >= _ends - instant


def _owing(kind: str, *falls: ColumnElement[bool]) -> Insert:
    """Owe ``kind`` for every trial that goes on, is long enough, and on whose day it is."""
    ends = in_sets.written(_ends)
    due = in_sets.due(
        f"{kind}:" + Subscription.stripe_id + ":" + ends,
        ends,
        *falls,
        _ends - _starts > REMINDER_LEAD,
        Subscription.status == "trialing",
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
        Subscription.ended_at.is_(None),
        func.coalesce(Subscription.pause_behavior, "") == "",
    )
    return in_sets.owing(kind, due)


_STATEMENTS = (
    _owing(HALFWAY, _is_past_half(in_sets.NOW), ~_is_past_half(in_sets.NOW - DAY)),
    _owing(TOMORROW, _ends > in_sets.NOW, _ends <= in_sets.NOW + DAY),
)
