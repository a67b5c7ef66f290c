"""Promotion codes: asked of Stripe before anybody agrees, and refused in plain words."""

from __future__ import annotations

from datetime import datetime

from billing.charge_calendar import Discount
from billing.gateway import Stripe
from billing.models import Offer
from core.errors import DomainError

LONGEST_CODE = 100


class CodeRefused(DomainError):
    """The code is unknown, over, used up, or for somebody else."""

    status = 409
    sentence = "This code does not work here: it is unknown, used up or over. Nothing was charged."


def named(
    stripe: Stripe, code: str, offer: Offer, *, customer_id: str | None, now: datetime
) -> Discount | None:
    """What ``code`` takes off ``offer`` for this customer; ``None`` where no code was typed.

    Raises ``CodeRefused``.
    """
    typed = code.strip()[:LONGEST_CODE]
    if not typed:
        return None
    found = stripe.find_promotion(typed)
    if found is None or not found.is_open(customer_id, now=now):
        raise CodeRefused
    if found.discount.currency not in (None, offer.currency):
        raise CodeRefused
    return found.discount
