"""Giving money back: whole or in part, by a person with a reason, once for each press."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing import customers, holding, payments, writes
from billing.gateway import Stripe
from billing.models import Invoice
from core import money
from core.errors import DomainError


class NothingToRefund(DomainError):
    """Nothing was paid by this invoice, or less is left of it than was asked for."""

    status = 409
    sentence = "There is not that much left to give back of this payment."


def left(invoice: Invoice) -> int:
    """What could still be given back, in minor units: no more than the card has paid."""
    return invoice.charged_minor - invoice.refunded_minor if invoice.status == "paid" else 0


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
    way gives nothing twice. Where Stripe failed under that key it is read first what became of
    it, and only money that was not given is asked for under another. Raises ``NothingToRefund``.
    """
    amount = left(invoice) if amount_minor is None else amount_minor
    if not 0 < amount <= left(invoice):
        raise NothingToRefund
    giving = _giving(db, stripe, invoice, amount, now)
    if writes.was_done(db, giving.name, now=now):
        return amount
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
        if not writes.once(db, giving, now=now):
            raise NothingToRefund
    return amount


def _giving(
    db: Session, stripe: Stripe, invoice: Invoice, amount: int, now: datetime
) -> writes.Write[bool]:
    invoice_id = invoice.stripe_id

    def _make(key: str) -> bool:
        return stripe.pay_back(invoice_id, amount, key=key)

    def _find(since: datetime) -> bool | None:
        if _given_since(db, stripe, invoice, now=now) >= amount:
            return True
        if amount > left(invoice):
            raise NothingToRefund
        return None

    return writes.Write(f"refund:{invoice_id}:{invoice.refunded_minor}:{amount}", _make, _find)


def _given_since(db: Session, stripe: Stripe, invoice: Invoice, *, now: datetime) -> int:
    """Read the payment afresh; returns what was given back of it that we had not heard of."""
    before = invoice.refunded_minor
    sub = invoice.subscription
    customer = sub.customer or customers.find_by_member(db, sub.member_id)
    if customer is not None and customer.stripe_id is not None:
        customers.lock(db, customer.stripe_id)
        payments.mirror(db, stripe, customer.stripe_id, now=now)
    return invoice.refunded_minor - before
