"""Leaving and coming back: cancel keeps what was promised, undo keeps one subscription."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit, customers
from billing.gateway import Stripe
from billing.models import Subscription
from core.errors import DomainError


class NothingToCancel(DomainError):
    """There is no subscription that could be changed in this way."""

    status = 409
    sentence = "There is no running trial or subscription to change. Your account page shows why."


def start(
    db: Session,
    stripe: Stripe,
    member_id: int,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> Subscription:
    """Let the member's subscription end at the end of what was promised; nothing is charged.

    A subscription whose payment fails ends at once: nothing was promised beyond. A second cancel
    of the same subscription changes nothing. Raises ``NothingToCancel``.
    """
    sub = lock_live(db, member_id)
    if sub.status in ("trialing", "active"):
        if not sub.cancel_at_period_end:
            stripe.cancel_at_period_end(sub.stripe_id, cancel=True, key=_key("cancel"))
    else:
        stripe.cancel_now(sub.stripe_id, key=_key("cancel"))
    _note(db, sub, "subscription.cancel", actor=actor, reason=reason, now=now)
    return sub


def end_now(
    db: Session,
    stripe: Stripe,
    member_id: int,
    *,
    actor: str,
    reason: str,
    key: str,
    now: datetime,
) -> Subscription:
    """End the member's subscription at once: nothing more is charged and nothing is given back.

    The same ``key`` again is the same act. Raises ``NothingToCancel``.
    """
    sub = lock_live(db, member_id)
    stripe.cancel_now(sub.stripe_id, key=f"cancel_now:{key}")
    _note(db, sub, "subscription.cancel", actor=actor, reason=reason, now=now, ends="at once")
    return sub


def undo(db: Session, stripe: Stripe, member_id: int, *, actor: str, now: datetime) -> Subscription:
    """Keep the subscription after all: same plan, same days. Raises ``NothingToCancel``."""
    sub = lock_live(db, member_id)
    if sub.cancel_at_period_end or sub.cancel_at:
        stripe.cancel_at_period_end(sub.stripe_id, cancel=False, key=_key("resume"))
        _note(db, sub, "subscription.resume", actor=actor, reason="asked for", now=now)
    return sub


def lock_live(db: Session, member_id: int) -> Subscription:
    """The member's live subscription, held for this transaction. Raises ``NothingToCancel``."""
    customers.lock_member(db, member_id)
    live = select(Subscription).where(
        Subscription.member_id == member_id,
        Subscription.status.in_(("trialing", "active", "past_due", "unpaid", "paused")),
    )
    sub = db.scalars(live.order_by(Subscription.created_at.desc())).first()
    if sub is None:
        raise NothingToCancel
    return sub


def _key(what: str) -> str:
    return f"{what}:{uuid.uuid4()}"


def _note(
    db: Session,
    sub: Subscription,
    action: str,
    *,
    actor: str,
    reason: str,
    now: datetime,
    ends: str | None = None,
) -> None:
    audit.note(
        db,
        now=now,
        actor=actor,
        action=action,
        reason=reason,
        member_id=sub.member_id,
        before={"subscription": sub.stripe_id, "status": sub.status},
        after={"ends": ends} if ends else None,
    )
