"""Why a subscription ended, where Stripe only says that somebody asked for it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Audit, Subscription

VOLUNTARY, PAYMENT, NO_METHOD, OPERATOR = "voluntary", "payment", "no_method", "operator"
ASKED = "cancellation_requested"
OF_REASON = {
    "payment_failed": PAYMENT,
    "payment_disputed": PAYMENT,
    "second_trial": OPERATOR,
}
DECISIONS = ("subscription.cancel", "subscription.resume", "subscription.withdrawal")


def of(db: Session, sub: Subscription) -> str:
    """``voluntary``, ``payment``, ``no_method`` or ``operator`` for a subscription that has ended.

    Stripe's reason decides. Where it is that an end was asked for, an operator may have asked: the
    last decision that was kept before the call counts, so that the order of news does not matter.
    """
    if not sub.carded and sub.cancel_reason is None:
        return NO_METHOD
    if sub.cancel_reason != ASKED:
        return OF_REASON.get(sub.cancel_reason or "", VOLUNTARY)
    decided = (
        select(Audit.actor)
        .where(Audit.member_id == sub.member_id, Audit.action.in_(DECISIONS))
        .where(Audit.at >= sub.created_at)
        .order_by(Audit.id.desc())
        .limit(1)
    )
    actor = db.scalar(decided) or ""
    return OPERATOR if actor.startswith("operator:") else VOLUNTARY
