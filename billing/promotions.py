"""Promotion codes: asked of Stripe before anybody agrees, and refused in plain words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import merges
from billing.charge_calendar import Discount
from billing.gateway import Stripe
from billing.models import Invoice, Offer, Subscription
from core.errors import DomainError

LONGEST_CODE = 100


class CodeRefused(DomainError):
    """The code is unknown, over, used up, for somebody else, or for something else."""

    status = 409
    sentence = "This code does not work here: it is unknown, used up or over. Nothing was charged."


class NotForThis(CodeRefused):
    """The code is for another plan, a higher price, or a first payment that was made long ago."""

    sentence = (
        "This code is not for this offer: it is for another plan, a higher price, or somebody's "
        "first payment. Go on without it, or try another. Nothing was charged."
    )


def named(
    stripe: Stripe,
    code: str,
    offer: Offer,
    *,
    customer_id: str | None,
    has_paid: bool = False,
    now: datetime,
) -> Discount | None:
    """What ``code`` takes off ``offer`` for this customer, who ``has_paid`` before or not; ``None``
    where no code was typed.

    Raises ``CodeRefused``.
    """
    typed = code.strip()[:LONGEST_CODE]
    if not typed:
        return None
    found = stripe.find_promotion(typed)
    if found is None or not found.is_open(customer_id, now=now):
        raise CodeRefused
    fits = found.fits(offer.stripe_product_id, offer.amount_minor, offer.currency)
    if not fits or (found.is_for_first_payment and has_paid):
        raise NotForThis
    return found.discount


def has_paid(db: Session, member_id: int) -> bool:
    """Whether the member, by whichever account they had, has ever paid anything."""
    paid = (
        select(Invoice.id)
        .join(Subscription)
        .where(
            Subscription.member_id.in_(merges.everyone(member_id)),
            Invoice.paid_at.is_not(None),
            Invoice.total_minor > 0,
        )
    )
    return db.scalar(paid.limit(1)) is not None
