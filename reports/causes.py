"""Why a subscription ended, where Stripe only says that somebody asked for it."""

from __future__ import annotations

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from accounts import merges
from billing import cancellations
from billing.models import Audit, Subscription

VOLUNTARY, PAYMENT, NO_METHOD, OPERATOR = "voluntary", "payment", "no_method", "operator"
ASKED = "cancellation_requested"
OF_REASON = {
    "payment_failed": PAYMENT,
    "payment_disputed": PAYMENT,
    "second_trial": OPERATOR,
}
DECISIONS = ("subscription.cancel", "subscription.resume", "subscription.withdrawal")


def told(db: Session, sub: Subscription) -> dict[str, str]:
    """What the fact of an end says: its cause and, where somebody ticked why they left, that."""
    cause = of(db, sub)
    decided = _decided(db, sub)
    if cause != VOLUNTARY or decided is None or decided.reason not in cancellations.REASONS:
        return {"cause": cause}
    return {"cause": cause, "reason": decided.reason}


def of(db: Session, sub: Subscription) -> str:
    """``voluntary``, ``payment``, ``no_method`` or ``operator`` for a subscription that has ended.

    Stripe's reason decides. Where it is that an end was asked for, an operator may have asked: the
    last decision that was kept before the call counts, so that the order of news does not matter.
    """
    if not sub.carded and sub.cancel_reason is None:
        return NO_METHOD
    if sub.cancel_reason != ASKED:
        return OF_REASON.get(sub.cancel_reason or "", VOLUNTARY)
    decided = _decided(db, sub)
    return OPERATOR if decided and decided.actor.startswith("operator:") else VOLUNTARY


def _decided(db: Session, sub: Subscription) -> Row[str, str] | None:
    """The last decision about going or staying: whose, and why."""
    asked = (
        select(Audit.actor, Audit.reason)
        .where(Audit.member_id.in_(merges.everyone(sub.member_id)), Audit.action.in_(DECISIONS))
        .where(Audit.at >= sub.created_at)
        .order_by(Audit.id.desc())
        .limit(1)
    )
    return db.execute(asked).one_or_none()
