"""Giving money back: whole or in part, by a person with a reason, once for each press."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import customers, holding, payments
from billing.gateway import Stripe
from billing.models import Audit, Invoice
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
    way gives nothing twice. Where Stripe failed under that key it is read first what became of
    it, and only money that was not given is asked for under another. Raises ``NothingToRefund``.
    """
    amount = left(invoice) if amount_minor is None else amount_minor
    if not 0 < amount <= left(invoice):
        raise NothingToRefund
    key = f"refund:{invoice.stripe_id}:{invoice.refunded_minor}:{amount}"
    failures = _failures(db, invoice)
    if failures:
        if _given_since(db, stripe, invoice, now=now) >= amount:
            return amount
        if amount > left(invoice):
            raise NothingToRefund
        key += f":{failures}"
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


def _failures(db: Session, invoice: Invoice) -> int:
    """How often Stripe has failed at a refund of this invoice since the last that we heard of."""
    failed = select(func.count(Audit.id)).where(
        Audit.member_id == invoice.subscription.member_id,
        Audit.action == "payment.refund",
        Audit.before["invoice"].astext == invoice.stripe_id,
        Audit.before["refunded"].as_integer() == invoice.refunded_minor,
        Audit.after["answer"].astext == holding.FAILED,
    )
    return db.scalar(failed) or 0


def _given_since(db: Session, stripe: Stripe, invoice: Invoice, *, now: datetime) -> int:
    """Read the payment afresh; returns what was given back of it that we had not heard of."""
    before = invoice.refunded_minor
    customer = customers.find_by_member(db, invoice.subscription.member_id)
    if customer is not None and customer.stripe_id is not None:
        customers.lock(db, customer.stripe_id)
        payments.mirror(db, stripe, customer.stripe_id, now=now)
    return invoice.refunded_minor - before
