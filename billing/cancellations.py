"""Leaving and coming back: cancel keeps what was promised, undo keeps one subscription."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from billing import changes, ending, holding
from billing.gateway import Stripe
from billing.holding import NothingToCancel as NothingToCancel
from billing.models import Subscription

CANCELLED, KEPT = {"leaving": True}, {"leaving": False}
REASONS = ("price", "films", "time", "broken", "trial")
"""What a leaving person may tick, as the audit keeps it; the words are the page's."""
NOT_SAID = "not said"


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
    of the same subscription changes nothing, nor does one after its end. Raises
    ``NothingToCancel`` for somebody who never had one, and ``StripeUnavailable``.
    """
    sub = holding.newest(db, stripe, member_id, now=now)
    if sub is None:
        raise NothingToCancel
    if not sub.is_live:
        return sub
    before = {"leaving": changes.is_leaving(sub)}
    with holding.audited(
        db,
        sub,
        "subscription.cancel",
        actor=actor,
        reason=reason,
        before=before,
        after=CANCELLED,
        now=now,
    ):
        _cancel(stripe, sub)
    return sub


def _cancel(stripe: Stripe, sub: Subscription) -> None:
    key = f"cancel:{uuid.uuid4()}"
    if sub.status not in ("trialing", "active"):
        stripe.cancel_now(sub.stripe_id, key=key)
    elif not changes.is_leaving(sub):
        stripe.cancel_at_period_end(sub.stripe_id, cancel=True, key=key)


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

    The same ``key`` again is the same act, and one that has ended stays as it is. Raises
    ``NothingToCancel`` for somebody who never had one.
    """
    sub = holding.newest(db, stripe, member_id, now=now)
    if sub is None:
        raise NothingToCancel
    if not sub.is_live:
        return sub
    with holding.audited(
        db,
        sub,
        "subscription.cancel",
        actor=actor,
        reason=reason,
        before={"leaving": changes.is_leaving(sub)},
        after={"ends": "at once"},
        now=now,
    ):
        ending.at_once(db, stripe, sub.stripe_id, name=f"cancel_now:{key}", now=now)
    return sub


def undo(db: Session, stripe: Stripe, member_id: int, *, actor: str, now: datetime) -> Subscription:
    """Keep the subscription after all: same plan, same days. Raises ``NothingToCancel``."""
    sub = holding.live(db, stripe, member_id, now=now)
    if changes.is_leaving(sub):
        with holding.audited(
            db,
            sub,
            "subscription.resume",
            actor=actor,
            reason="asked for",
            before=CANCELLED,
            after=KEPT,
            now=now,
        ):
            key = f"resume:{uuid.uuid4()}"
            stripe.cancel_at_period_end(sub.stripe_id, cancel=False, key=key)
    return sub
