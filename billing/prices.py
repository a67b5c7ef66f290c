"""The Stripe price behind an offer: made when it is first sold, made again when it was archived."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from billing import audit, writes
from billing.gateway import Stripe
from billing.models import Offer

log = logging.getLogger(__name__)


def of(db: Session, stripe: Stripe, offer: Offer, *, now: datetime) -> str:
    """The id of the price that ``offer`` is sold by; the audit keeps what Stripe was told."""
    if offer.stripe_price_id is None:
        key = f"offer:{offer.code}:{offer.amount_minor}{offer.currency}:{offer.interval}"
        key += f":{offer.stripe_product_id or ''}"
        product = writes.once(db, _product(stripe, offer, f"{key}:product"), now=now, creates=True)
        price = writes.once(
            db, _price(stripe, offer, product, f"{key}:price"), now=now, creates=True
        )
        offer.stripe_product_id, offer.stripe_price_id = product, price
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


def _product(stripe: Stripe, offer: Offer, name: str) -> writes.Write[str]:
    def _make(key: str) -> str:
        return stripe.make_product(offer, reservation=name, key=key)

    def _find(since: datetime) -> str | None:
        return stripe.find_reserved("products", name, since=since)

    return writes.Write(name, _make, _find)


def _price(stripe: Stripe, offer: Offer, product: str, name: str) -> writes.Write[str]:
    def _make(key: str) -> str:
        return stripe.make_price(offer, product, reservation=name, key=key)

    def _find(since: datetime) -> str | None:
        return stripe.find_reserved("prices", name, since=since)

    return writes.Write(name, _make, _find)


def forget(offer: Offer) -> None:
    """The price was archived at Stripe. What we showed is honoured: the same is made again."""
    log.warning("price.archived", extra={"offer_id": offer.id, "price": offer.stripe_price_id})
    offer.stripe_price_id = None
