"""Before a subscription is changed: hold the member, and read at Stripe how it stands now.

Stripe may have done what was asked before and lost the answer on the way back. Whoever reads first
finds it done, so pressing again is always safe, and no later key can do it twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit, customers, subscriptions
from billing.gateway import Stripe, StripeFailed, StripeUnavailable
from billing.models import LIVE, UNBEGUN, Subscription
from core.db import keep
from core.errors import DomainError

FAILED = "failed"
"""What the audit says of a change that Stripe answered with a failure of its own."""


class NothingToCancel(DomainError):
    """There is no subscription that could be changed in this way."""

    status = 409
    sentence = "There is no running trial or subscription to change. Your account page shows why."


def live(db: Session, stripe: Stripe, member_id: int, *, now: datetime) -> Subscription:
    """The member's live subscription as Stripe says it stands, held for this transaction.

    Raises ``NothingToCancel`` and ``StripeUnavailable``.
    """
    sub = newest(db, stripe, member_id, now=now)
    if sub is None or not sub.is_live:
        raise NothingToCancel
    return sub


def newest(db: Session, stripe: Stripe, member_id: int, *, now: datetime) -> Subscription | None:
    """As ``live``, or where nothing is alive the one that ended last; ``None`` for a newcomer."""
    customers.lock_member(db, member_id)
    customer = customers.find_by_member(db, member_id)
    if customer is not None and customer.stripe_id is not None:
        subscriptions.mirror(db, stripe, customer.stripe_id, now=now)
    return _newest(db, member_id)


def known(db: Session, member_id: int) -> Subscription:
    """As ``live``, but as we know it: for an act whose key and sums must be the same if repeated.

    Raises ``NothingToCancel``.
    """
    customers.lock_member(db, member_id)
    sub = _newest(db, member_id)
    if sub is None or not sub.is_live:
        raise NothingToCancel
    return sub


def _newest(db: Session, member_id: int) -> Subscription | None:
    mine = select(Subscription).where(
        Subscription.member_id == member_id, Subscription.status.not_in(UNBEGUN)
    )
    order = Subscription.status.in_(LIVE).desc(), Subscription.created_at.desc()
    return db.scalars(mine.order_by(*order)).first()


@contextmanager
def audited(
    db: Session,
    sub: Subscription,
    action: str,
    *,
    actor: str,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> Iterator[None]:
    """An audit row around a change at Stripe. Where no answer comes back the row is kept all the
    same and says so: the change may have been made, and nobody else knows who asked for it."""
    said = {"subscription": sub.stripe_id, "status": sub.status, **before}
    who: dict[str, Any] = {"actor": actor, "reason": reason, "member_id": sub.member_id}
    try:
        yield
    except StripeUnavailable as away:
        told = {**after, "answer": FAILED if isinstance(away, StripeFailed) else "none"}
        db.rollback()  # nothing is known of what was begun; only that it was asked for is kept
        audit.note(db, now=now, action=action, before=said, after=told, **who)
        keep(db)
        raise
    audit.note(db, now=now, action=action, before=said, after=after, **who)
