"""What a person agreed to by the last button before the subscription that they have."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import CheckoutAttempt, Consent, Subscription

SECOND = timedelta(seconds=1)  # Stripe's instants have no parts of one


def of(db: Session, sub: Subscription) -> Consent | None:
    """The last consent before ``sub`` was made; none where it was made at Stripe by hand."""
    before = Consent.member_id == sub.member_id, Consent.at < sub.created_at + SECOND
    return db.scalar(select(Consent).where(*before).order_by(Consent.at.desc()).limit(1))


def text_of(db: Session, attempt: CheckoutAttempt) -> str:
    """The sentence under which the button of a checkout was pressed."""
    return db.scalars(select(Consent.text).where(Consent.attempt_id == attempt.id)).one()
