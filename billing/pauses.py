"""Pausing: nothing is charged for whole periods, and nothing is watched that was not paid for."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing import changes, ends, holding, turns
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


class CannotGoOn(DomainError):
    """What was cancelled does not go on: it is kept first, or it would be charged and still end."""

    status = 409
    sentence = (
        "Your subscription is cancelled, so nothing was changed and nothing is charged. "
        "Keep it first on your account page."
    )


class ChargeUnsaid(DomainError):
    """The page on which somebody goes on was drawn before their paid days ended, or at a price that
    has changed."""

    status = 409
    sentence = (
        "What going on costs has changed since you opened this page, so nothing was charged. "
        "Read it again below."
    )


def until(sub: Subscription, months: int) -> datetime:
    """When a pause of so many months ends: with a period, so that none is charged in part."""
    return turns.turn(sub, months)


def start(
    db: Session, stripe: Stripe, member_id: int, *, months: int, actor: str, now: datetime
) -> Subscription:
    """Pause from the end of the paid period, for one to three months; what is paid is watched.

    Raises ``CannotPause``.
    """
    sub = holding.live(db, stripe, member_id, now=now)
    is_monthly = sub.interval == "month" and 1 <= months <= MOST_MONTHS
    if changes.is_leaving(sub) or not is_monthly:
        raise CannotPause
    if sub.pause_behavior and _is_this_pause(sub, months):
        return sub  # an earlier press did it, and its answer was lost
    if sub.status != "active" or not sub.period_ends_at or sub.pause_behavior:
        raise CannotPause
    resumes_at = until(sub, months)
    with _audited(db, sub, "subscription.pause", actor, {"until": resumes_at.isoformat()}, now):
        stripe.pause(sub.stripe_id, resumes_at - BEFORE_BILLING, key=f"pause:{uuid.uuid4()}")
    return sub


def _is_this_pause(sub: Subscription, months: int) -> bool:
    return sub.pause_resumes_at == until(sub, months) - BEFORE_BILLING


def end(
    db: Session,
    stripe: Stripe,
    member_id: int,
    *,
    actor: str,
    now: datetime,
    said_minor: int | None = None,
) -> Subscription:
    """Go on at once. Within the period that was paid nothing is charged; after it a new one begins.

    A subscription that Stripe paused for want of a card is woken: the same one, never a second.
    ``said_minor`` is the charge that a page named, before tax: no other is made.
    Raises ``CannotGoOn`` and ``ChargeUnsaid``.
    """
    sub = holding.live(db, stripe, member_id, now=now)
    if sub.status != "paused" and not sub.pause_behavior:
        return sub
    if changes.is_leaving(sub):
        raise CannotGoOn
    if said_minor is not None and pays_to_end(sub) and said_minor != sub.minor_at(now):
        raise ChargeUnsaid
    with _audited(db, sub, "subscription.unpause", actor, {"until": None}, now):
        if sub.status == "paused":
            stripe.resume(sub.stripe_id, key=f"wake:{uuid.uuid4()}")
        else:
            stripe.end_pause(sub.stripe_id, bill_now=is_unpaid(sub), key=f"unpause:{uuid.uuid4()}")
    return sub


def pays_to_end(sub: Subscription) -> bool:
    """Whether ending the pause of ``sub`` charges at once."""
    return sub.status == "paused" or is_unpaid(sub)


def is_unpaid(sub: Subscription) -> bool:
    """Whether the running period is one that the pause left uncharged. One that has just begun is
    charged within the hour."""
    if ends.being_charged(sub) is not None:
        return False
    begun = sub.period_starts_at
    paid = (i for i in sub.invoices if i.status == "paid" and begun and i.created_at >= begun)
    return next(paid, None) is None


def _audited(
    db: Session,
    sub: Subscription,
    action: str,
    actor: str,
    after: dict[str, str | None],
    now: datetime,
) -> AbstractContextManager[None]:
    paused_until = sub.pause_resumes_at.isoformat() if sub.pause_resumes_at else None
    return holding.audited(
        db,
        sub,
        action,
        actor=actor,
        reason="asked for",
        before={"until": paused_until},
        after=after,
        now=now,
    )
