"""Pausing: nothing is charged for whole periods, and nothing is watched that was not paid for."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing import audit, cancellations, charge_calendar
from billing.gateway import Stripe
from billing.models import Subscription
from core.errors import DomainError

MOST_MONTHS = 3
BEFORE_BILLING = timedelta(hours=1)


class CannotPause(DomainError):
    """Only a paid subscription that goes on can be paused."""

    status = 409
    sentence = (
        "Only a paid subscription that is not cancelled can be paused. "
        "A free trial can be cancelled instead, and costs nothing."
    )


def until(sub: Subscription, months: int) -> datetime:
    """When a pause of so many months ends: with a period, so that none is charged in part."""
    assert sub.period_ends_at is not None
    return charge_calendar.after(sub.period_ends_at, "month", months)


def start(
    db: Session, stripe: Stripe, member_id: int, *, months: int, actor: str, now: datetime
) -> Subscription:
    """Pause from the end of the paid period, for one to three months; what is paid is watched.

    Raises ``CannotPause``.
    """
    sub = cancellations.lock_live(db, member_id)
    leaving = sub.cancel_at_period_end or sub.cancel_at
    can = sub.status == "active" and sub.period_ends_at and sub.interval == "month"
    if not can or leaving or sub.pause_behavior or not 1 <= months <= MOST_MONTHS:
        raise CannotPause
    resumes_at = until(sub, months)
    stripe.pause(sub.stripe_id, resumes_at - BEFORE_BILLING, key=f"pause:{uuid.uuid4()}")
    _note(db, sub, "subscription.pause", actor, {"until": resumes_at.isoformat()}, now)
    return sub


def end(db: Session, stripe: Stripe, member_id: int, *, actor: str, now: datetime) -> Subscription:
    """Go on at once. Within the period that was paid nothing is charged; after it a new one begins.

    A subscription that Stripe paused for want of a card is woken: the same one, never a second.
    """
    sub = cancellations.lock_live(db, member_id)
    if sub.status == "paused":
        stripe.resume(sub.stripe_id, key=f"wake:{uuid.uuid4()}")
    elif sub.pause_behavior:
        stripe.end_pause(sub.stripe_id, bill_now=is_unpaid(sub), key=f"unpause:{uuid.uuid4()}")
    else:
        return sub
    _note(db, sub, "subscription.unpause", actor, {}, now)
    return sub


def is_unpaid(sub: Subscription) -> bool:
    """Whether the running period is one that the pause left uncharged."""
    begun = sub.period_starts_at
    paid = (i for i in sub.invoices if i.status == "paid" and begun and i.created_at >= begun)
    return next(paid, None) is None


def _note(
    db: Session, sub: Subscription, action: str, actor: str, after: dict[str, str], now: datetime
) -> None:
    audit.note(
        db,
        now=now,
        actor=actor,
        action=action,
        reason="asked for",
        member_id=sub.member_id,
        before={"subscription": sub.stripe_id, "status": sub.status},
        after=after,
    )
