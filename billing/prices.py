"""The Stripe price behind an offer: made when it is first sold, made again when it was archived."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from billing import audit
from billing.gateway import Stripe
from billing.models import Offer

log = logging.getLogger(__name__)


def of(db: Session, stripe: Stripe, offer: Offer, *, now: datetime) -> str:
    """The id of the price that ``offer`` is sold by; the audit keeps what Stripe was told."""
    if offer.stripe_price_id is None:
        key = f"offer:{offer.code}:{offer.amount_minor}{offer.currency}:{offer.interval}"
        key += f":{offer.stripe_product_id or ''}"
        offer.stripe_product_id, offer.stripe_price_id = stripe.make_price(offer, key=key)
        audit.note(
            db,
            now=now,
            actor="matinee",
            action="offer.priced",
            reason="the offer had no price at Stripe",
            after={
                "offer": offer.code,
                "price": offer.stripe_price_id,
                "amount": offer.amount_minor,
                "currency": offer.currency,
            },
        )
        db.flush()  # the checkout that follows names it
    return offer.stripe_price_id


def forget(offer: Offer) -> None:
    """The price was archived at Stripe. What we showed is honoured: the same is made again."""
    log.warning("price.archived", extra={"offer_id": offer.id, "price": offer.stripe_price_id})
    offer.stripe_price_id = None
