"""One trial a person: the marks by which a second one is recognised, and the reason given."""

from __future__ import annotations

import enum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import TrialRedemption


class Reason(enum.StrEnum):
    """Why somebody cannot have a trial."""

    ACCOUNT = "account"
    EMAIL = "email"
    CARD = "card"


def had_trial(db: Session, member: Member | None) -> bool:
    """Whether ``member`` has had a trial, as far as can be known before a card is given."""
    return member is not None and refusal(db, member) is not None


def refusal(
    db: Session,
    member: Member,
    *,
    card_fingerprint: str | None = None,
    beside_subscription_id: int | None = None,
) -> Reason | None:
    """Why ``member`` may not have a trial, or ``None``.

    The same account, the same mailbox (without tag and dots) or the same card. The trial that
    belongs to ``beside_subscription_id`` is the one being judged and does not count against itself.
    """
    marks = [
        TrialRedemption.member_id == member.id,
        TrialRedemption.email_canonical == member.email_canonical,
    ]
    if card_fingerprint:
        marks.append(TrialRedemption.card_fingerprint == card_fingerprint)
    query = select(TrialRedemption).where(or_(*marks)).order_by(TrialRedemption.id)
    if beside_subscription_id is not None:
        query = query.where(TrialRedemption.subscription_id != beside_subscription_id)
    earlier = db.scalars(query).all()
    for reason, hit in (
        (Reason.ACCOUNT, any(t.member_id == member.id for t in earlier)),
        (Reason.EMAIL, any(t.email_canonical == member.email_canonical for t in earlier)),
        (Reason.CARD, bool(earlier)),
    ):
        if hit:
            return reason
    return None
