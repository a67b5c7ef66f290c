"""Why the watch gate answers as it does: the right that is kept, and the state it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from access import entitlements, gate, standing
from access.entitlements import CATALOGUE
from access.models import Entitlement
from access.standing import State
from accounts.models import Member
from billing import subscriptions
from billing.models import Subscription

WHY_OPEN = {
    "trialing": "the trial runs",
    "active": "the subscription is paid",
    "past_due": "a payment failed and is being tried again, inside the days of grace",
    "paused": "the paid period is not over yet",
    "gift": "days were given by us",
    "extension": "days were given by us",
    "complimentary": "a free span was given by us",
    "trial": "the trial runs",
    "paid": "the time was paid for",
}
WHY_CLOSED = {
    State.MEMBER: "there has been no trial or subscription",
    State.ENDED: "the subscription has ended",
    State.PAST_DUE: "a payment failed and no days of grace are left",
    State.PAUSED: "the subscription is paused",
    State.CANCELLING: "the subscription was cancelled and the paid time is over",
}


@dataclass(frozen=True)
class Explained:
    """The gate's answer to a member, until when it holds or held, and why, in words."""

    is_open: bool
    until: datetime | None
    why: str


def of(db: Session, member: Member, *, now: datetime) -> Explained:
    """What the gate says to ``member`` now and why; as the gate, it asks only our own tables."""
    kept = db.scalar(
        select(Entitlement).where(
            Entitlement.member_id == member.id, Entitlement.feature == CATALOGUE
        )
    )
    until = kept.until if kept else None
    if kept is not None and gate.is_entitled(db, member.id, now=now):
        return Explained(True, until, open_words(kept.why))
    return Explained(False, until, _why_closed(db, member, now))


def open_words(why: str) -> str:
    """The reason of a right, as it is kept, in words."""
    return WHY_OPEN.get(why, why.replace("_", " "))


def _why_closed(db: Session, member: Member, now: datetime) -> str:
    found = subscriptions.of_member(db, member.id)
    for sub in reversed(found):
        if any(one.dispute_status in ("needs_response", "under_review") for one in sub.invoices):
            return "the last payment is disputed"
        if _is_paid_back(sub):
            return "the last payment was refunded in full"
    state = standing.of(db, member, now=now).state
    return WHY_CLOSED.get(state, "the time that was paid for is over")


def _is_paid_back(sub: Subscription) -> bool:
    paid = [one for one in sub.invoices if one.status == "paid" and one.total_minor > 0]
    return bool(paid) and paid[-1].is_paid_back and entitlements.policy().refund_ends_access
