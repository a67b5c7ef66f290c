"""Payments that come after a time without any: the first of all, and the first after a pause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, exists, literal
from sqlalchemy.orm import Session

from billing.models import Invoice, Subscription
from billing.pauses import BEFORE_BILLING
from billing.terms import REMINDER_LEAD, REMINDER_WINDOW
from notices import in_sets

FIRST_PAYMENT, PAUSE_ENDING = "first_payment", "pause_ending"


def find(db: Session, *, now: datetime) -> None:
    """Owe a word seven days before a payment of which nobody has been reminded.

    A trial's reminder names the payment at its end. A code that makes that one free leaves the
    first that costs something for later, and a pause was begun up to three months ago.
    """
    for statement in (_FIRST_PAYMENTS, _PAUSES):
        db.connection().execute(statement, {"now": now})


def _owing(kind: str, at: Any, *which: ColumnElement[bool]) -> Insert:
    """Owe ``kind`` to all of these who go on, for the payment ``at``; once for each day of it."""
    day = in_sets.written(at)
    due = in_sets.due(
        f"{kind}:" + Subscription.stripe_id + ":" + day,
        day,
        *which,
        Subscription.status == "active",
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
        at > in_sets.NOW,
        at <= in_sets.NOW + REMINDER_LEAD + REMINDER_WINDOW,
    )
    return in_sets.owing(kind, due)


_has_cost_something = exists().where(
    Invoice.subscription_id == Subscription.id, Invoice.total_minor > 0
)
_FIRST_PAYMENTS = _owing(
    FIRST_PAYMENT,
    Subscription.period_ends_at,
    ~_has_cost_something,
    Subscription.amount_minor > Subscription.off_minor,
    Subscription.pause_behavior.is_(None),
)
_PAUSES = _owing(
    PAUSE_ENDING,
    Subscription.pause_resumes_at + literal(BEFORE_BILLING),
    Subscription.pause_behavior.is_not(None),
)
