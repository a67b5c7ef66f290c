"""A trial that Stripe paused for want of a card goes on by itself when the card is there."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit, changes, writes
from billing.gateway import Stripe, StripeRefused
from billing.models import Milestone, Subscription

log = logging.getLogger(__name__)


def wake(db: Session, stripe: Stripe, sub: Subscription, *, now: datetime) -> bool:
    """Resume ``sub`` where it is paused and a card was added since; whether it was asked for.

    The same subscription, never a second one. Each card is tried once: the news of a charge that
    it refused would otherwise try it again and again. Raises ``StripeUnavailable``.
    """
    if sub.status != "paused" or not sub.carded or changes.is_leaving(sub):
        return False
    card = f"{sub.card_fingerprint or sub.card_last4}:{sub.card_expires}"
    tried = f"woken by:{card}"
    if _is_reached(db, sub, tried):
        return False
    changes.reach(db, sub, tried, at=now, now=now)
    try:
        writes.once(db, _waking(stripe, sub.stripe_id, f"wake:{sub.stripe_id}:{card}"), now=now)
    except StripeRefused as refused:
        log.warning("subscription.unwoken", extra={"error": str(refused)[:200]})
        return False
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="subscription.woken",
        reason="a card was added to a trial that was paused for want of one",
        member_id=sub.member_id,
        before={"subscription": sub.stripe_id, "status": sub.status},
        after={"card": sub.card_last4},
    )
    return True


def _waking(stripe: Stripe, subscription_id: str, name: str) -> writes.Write[bool]:
    def _make(key: str) -> bool:
        stripe.resume(subscription_id, key=key)
        return True

    def _find(since: datetime) -> bool | None:
        return stripe.subscription(subscription_id).status != "paused" or None

    return writes.Write(name, _make, _find)


def _is_reached(db: Session, sub: Subscription, fact: str) -> bool:
    kept = select(Milestone.id).where(Milestone.object_id == sub.stripe_id, Milestone.fact == fact)
    return db.scalar(kept) is not None
