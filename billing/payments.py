"""What became of payments after they were made: refused, refunded, disputed, suspected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import alarms, audit, changes, ending, subscriptions
from billing.gateway import Stripe
from billing.gateway_payments import PaymentRecord
from billing.models import Invoice, Subscription
from core import money, settings

TELLING = (
    "charge.",
    "refund.",
    "radar.early_fraud_warning.",
    "invoice.payment_failed",
    "invoice.payment_action_required",
)
WARNING = "radar.early_fraud_warning.created"
SUSPECTED = "payment.suspected"
OPEN_DISPUTES = ("needs_response", "under_review", "lost")
COPIED = ("refunded_minor", "refunded_at", "dispute_status", "disputed_at", "decline_reason")


def moved(types: Iterable[str]) -> bool:
    """Whether events of these types say more of payments than subscriptions and invoices show."""
    return any(kind.startswith(TELLING) for kind in types)


def mirror(
    db: Session, stripe: Stripe, customer_id: str, *, judge: bool = True, now: datetime
) -> None:
    """Copy what became of the customer's payments, and do what the operator has decided for it.

    Repeatable, under the customer's lock: a refund or a dispute is met once. A dispute ends the
    subscription at once and is not billed again; a full refund does where the setting says so.
    Without ``judge`` nothing is ended, whatever turns up.
    """
    told = by_invoice(stripe.payments(customer_id))
    billed = db.scalars(select(Invoice).where(Invoice.stripe_id.in_(told))).all()
    ended = False
    for invoice in sorted(billed, key=lambda invoice: invoice.created_at):
        key = _copy(db, invoice, told[invoice.stripe_id], now)
        if key and judge and not invoice.subscription.is_over:
            _end(db, stripe, invoice, key, now)
            ended = True
    db.flush()  # what follows reads them
    if ended:
        subscriptions.mirror(db, stripe, customer_id, now=now)


def _end(db: Session, stripe: Stripe, invoice: Invoice, key: str, now: datetime) -> None:
    """End a subscription by the policy for its payment; ``key`` begins with what happened to it."""
    sub = invoice.subscription
    ending.at_once(db, stripe, sub.stripe_id, name=key, now=now)
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="subscription.ended",
        reason=f"the newest payment was {key.partition(':')[0]}",
        member_id=sub.member_id,
        before={"subscription": sub.stripe_id, "status": sub.status},
        after={"ends": "at once", "invoice": invoice.stripe_id},
    )


def by_invoice(told: Iterable[PaymentRecord]) -> dict[str, PaymentRecord]:
    """Payments by the invoice that they are for."""
    return {record.invoice_id: record for record in told}


def said(record: PaymentRecord) -> dict[str, Any]:
    """The columns of an invoice that its payment decides, as Stripe says them."""
    return {name: getattr(record, name) for name in COPIED}


def warn(db: Session, stripe: Stripe, warning_id: str, member_id: int, *, now: datetime) -> None:
    """A bank suspects fraud: a person decides on a refund before it becomes a dispute.

    The alarm is about the very invoice that was paid, and one that has gone back calls nobody.
    """
    invoice = _warned(db, stripe, warning_id)
    if invoice is None:
        words, about = "A bank reports suspected fraud.", warning_id
    elif invoice.is_paid_back:
        return
    else:
        paid = money.formatted(invoice.charged_minor, invoice.currency)
        words = f"A bank reports suspected fraud at the payment of {paid}."
        about, member_id = invoice.stripe_id, invoice.subscription.member_id
    words += " Refund it before it becomes a dispute."
    alarms.call(db, SUSPECTED, about, words, member_id=member_id, now=now)


def _warned(db: Session, stripe: Stripe, warning_id: str) -> Invoice | None:
    found = stripe.invoice_of_warning(warning_id)
    return db.scalar(select(Invoice).where(Invoice.stripe_id == found)) if found else None


def _copy(db: Session, invoice: Invoice, told: PaymentRecord, now: datetime) -> str | None:
    """Copy one payment; returns the key under which its subscription ends by it, or ``None``."""
    refunded, disputed, key = invoice.refunded_minor or 0, invoice.dispute_status, None
    for name, value in said(told).items():
        setattr(invoice, name, value)
    if told.refunded_minor > refunded:
        key = _meet_refund(db, invoice, refunded, now)
    if told.dispute_status != disputed:
        key = _meet_dispute(db, invoice, told, disputed, now) or key
    return key


def _meet_refund(db: Session, invoice: Invoice, before: int, now: datetime) -> str | None:
    sub, sum_ = invoice.subscription, invoice.refunded_minor
    at = invoice.refunded_at or now
    changes.reach(db, sub, f"refunded:{sum_}", at=at, now=now, object_id=invoice.stripe_id)
    _note(db, sub, "payment.refunded", invoice, {"refunded": before}, {"refunded": sum_}, now)
    if invoice.is_paid_back:
        alarms.settle(db, SUSPECTED, invoice.stripe_id, now=now)
    whole = invoice.is_paid_back and _is_newest_paid(invoice)
    ends = whole and settings.current().refund_ends_access
    return f"refunded:{invoice.stripe_id}" if ends else None


def _meet_dispute(
    db: Session, invoice: Invoice, told: PaymentRecord, before: str | None, now: datetime
) -> str | None:
    sub, status = invoice.subscription, told.dispute_status
    amount = money.formatted(invoice.charged_minor, invoice.currency)
    _note(db, sub, "payment.disputed", invoice, {"dispute": before}, {"dispute": status}, now)
    if status == "won":
        words = f"A dispute of {amount} was won. Decide whether the member may watch again."
        _call(db, "dispute.won", invoice, words, now)
    if status not in OPEN_DISPUTES or before in OPEN_DISPUTES:
        return None
    at = told.disputed_at or now
    changes.reach(db, sub, "disputed", at=at, now=now, object_id=invoice.stripe_id)
    words = f"{amount} is disputed. The subscription ends now; send the evidence."
    _call(db, "payment.disputed", invoice, words, now)
    return f"disputed:{told.dispute_id}"


def _call(db: Session, kind: str, invoice: Invoice, words: str, now: datetime) -> None:
    member_id = invoice.subscription.member_id
    alarms.call(db, kind, invoice.stripe_id, words, member_id=member_id, now=now)


def _is_newest_paid(invoice: Invoice) -> bool:
    paid = [one for one in invoice.subscription.invoices if one.paid_at and one.total_minor > 0]
    return invoice is max(paid, key=lambda one: one.created_at, default=invoice)


def _note(
    db: Session,
    sub: Subscription,
    action: str,
    invoice: Invoice,
    before: dict[str, object],
    after: dict[str, object],
    now: datetime,
) -> None:
    audit.note(
        db,
        now=now,
        actor="stripe",
        action=action,
        reason="Stripe reported it",
        member_id=sub.member_id,
        before={"invoice": invoice.stripe_id, **before},
        after=after,
    )
