"""Which offer is shown, and how an operator's change of it is kept honest."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import Offer, Subscription
from core.errors import NotFound


def shown(db: Session, member: Member | None = None) -> Offer | None:
    """The offer on every page now: the newest active one, or ``None`` where nothing is sold.

    A member who has paid is shown the offer of that currency: Stripe keeps one a customer.
    """
    sold = select(Offer).where(Offer.active, Offer.on_pages).order_by(Offer.id.desc()).limit(1)
    currency = paid_currency(db, member.id) if member else None
    if currency is not None:
        return db.scalar(sold.where(Offer.currency == currency)) or db.scalar(sold)
    return db.scalar(sold)


def paid_currency(db: Session, member_id: int) -> str | None:
    """The currency in which the member was billed last, or ``None``."""
    billed = select(Subscription.currency).where(Subscription.member_id == member_id)
    return db.scalar(billed.order_by(Subscription.id.desc()).limit(1))


def beside(db: Session, sub: Subscription) -> list[Offer]:
    """What a subscription can be switched to: active, of its currency, not what it is already."""
    others = select(Offer).where(
        Offer.active,
        Offer.currency == sub.currency,
        (Offer.amount_minor != sub.amount_minor) | (Offer.interval != sub.interval),
    )
    return list(db.scalars(others.order_by(Offer.id)))


def by_code(db: Session, code: str) -> Offer:
    """The offer with this code, active or not. Raises ``NotFound``."""
    offer = db.scalar(select(Offer).where(Offer.code == code))
    if offer is None:
        raise NotFound
    return offer
