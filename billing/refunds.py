"""Giving money back: whole or in part, by a person with a reason, once for each press."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing import holding
from billing.gateway import Stripe
from billing.models import Invoice
from core import money
from core.errors import DomainError


class NothingToRefund(DomainError):
    """Nothing was paid by this invoice, or less is left of it than was asked for."""

    status = 409
    sentence = "There is not that much left to give back of this payment."


def left(invoice: Invoice) -> int:
    """What could still be given back, in minor units."""
    return invoice.total_minor - invoice.refunded_minor if invoice.status == "paid" else 0


def give(
    db: Session,
    stripe: Stripe,
    invoice: Invoice,
    *,
    amount_minor: int | None,
    actor: str,
    reason: str,
    now: datetime,
) -> int:
    """Give back ``amount_minor`` of an invoice, all that is left unless named; returns the sum.

    The key names what was given back before, so a second press while Stripe's news are on their
    way gives nothing twice. Raises ``NothingToRefund``.
    """
    amount = left(invoice) if amount_minor is None else amount_minor
    if not 0 < amount <= left(invoice):
        raise NothingToRefund
    key = f"refund:{invoice.stripe_id}:{invoice.refunded_minor}:{amount}"
    with holding.audited(
        db,
        invoice.subscription,
        "payment.refund",
        actor=actor,
        reason=reason,
        before={"invoice": invoice.stripe_id, "refunded": invoice.refunded_minor},
        after={"refund": money.formatted(amount, invoice.currency)},
        now=now,
    ):
        if not stripe.pay_back(invoice.stripe_id, amount, key=key):
            raise NothingToRefund
    return amount
