"""The mirror: everything of one customer's, fetched from Stripe under a lock and written down."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from billing import alarms, changes, customers, discounts, fulfilment, turns, waking
from billing.gateway import CustomerGone, Stripe
from billing.models import Customer, Invoice, Offer, Subscription
from billing.stripe_records import InvoiceRecord, SubscriptionRecord
from catalog.models import Title

log = logging.getLogger(__name__)

COPIED = (
    "status",
    "amount_minor",
    "currency",
    "interval",
    "tax",
    "discounts",
    "credit_minor",
    "created_at",
    "trial_started_at",
    "trial_ends_at",
    "period_starts_at",
    "period_ends_at",
    "cancel_at_period_end",
    "cancel_at",
    "canceled_at",
    "ended_at",
    "pause_behavior",
    "pause_resumes_at",
)
COPIED_OF_INVOICE = (
    "number",
    "status",
    "billing_reason",
    "total_minor",
    "tax_minor",
    "credited_minor",
    "currency",
    "attempt_count",
    "next_attempt_at",
    "created_at",
    "paid_at",
)


def mirror(
    db: Session,
    stripe: Stripe,
    stripe_customer_id: str,
    *,
    gone: bool = False,
    judge: bool = True,
    now: datetime,
) -> int | None:
    """Copy what Stripe says now of one customer; returns the member, or ``None`` if not ours.

    The fetch happens inside the customer's lock, so a late starter cannot write an older state;
    any number of calls, in any order, end in what Stripe says. ``gone``: we heard that the
    customer was deleted; without ``judge`` nothing is changed at Stripe, whatever turns up.
    Raises ``StripeUnavailable``.
    """
    customers.lock(db, stripe_customer_id)
    customer = customers.find(db, stripe_customer_id)
    customer = customer or customers.adopt(db, stripe, stripe_customer_id)
    if customer is None:
        return None
    try:
        told = stripe.subscriptions(stripe_customer_id)
        billed = stripe.invoices(stripe_customer_id)
    except CustomerGone:
        told, billed, gone = [], [], True
    woken = False
    for sub, record in _copy_all(db, customer, told, billed, now):
        if judge:
            attempt_id = record.metadata.get("attempt_id")
            fulfilment.check(db, stripe, sub, attempt_id=attempt_id, now=now)
            woken |= waking.wake(db, stripe, sub, now=now)
    if woken:  # what that brought is looked at once; nothing is judged twice
        return mirror(db, stripe, stripe_customer_id, judge=False, now=now)
    if gone or any(record.customer_deleted for record in told):
        _end_all(db, customer, now=now)
    _call_if_doubled(db, customer, now)
    return customer.member_id


def _copy_all(
    db: Session,
    customer: Customer,
    told: list[SubscriptionRecord],
    billed: list[InvoiceRecord],
    now: datetime,
) -> Iterator[tuple[Subscription, SubscriptionRecord]]:
    """Oldest first, so that of two trials the second is the one that is refused."""
    kept = {sub.stripe_id: sub for sub in of_member(db, customer.member_id)}
    for record in sorted(told, key=lambda record: (record.created_at, record.id)):
        before = kept.get(record.id)
        seen = changes.seen(before)
        sub = before or _new(db, customer, record)
        sub.customer_id = customer.id
        _copy(db, sub, record, [i for i in billed if i.subscription_id == record.id], now)
        changes.note(db, sub, seen, now=now)
        yield sub, record


def _call_if_doubled(db: Session, customer: Customer, now: datetime) -> None:
    """Two live subscriptions of one person charge them twice: somebody has to look."""
    live = [sub.stripe_id for sub in of_member(db, customer.member_id) if sub.is_live]
    if len(live) > 1:
        words = f"member {customer.member_id} has {len(live)} live subscriptions"
        alarms.call(
            db,
            "subscription.doubled",
            live[-1],
            words,
            member_id=customer.member_id,
            now=now,
        )


def of_member(db: Session, member_id: int) -> list[Subscription]:
    """The member's subscriptions with their invoices, oldest first."""
    return list(
        db.scalars(
            select(Subscription)
            .where(Subscription.member_id == member_id)
            .options(selectinload(Subscription.invoices))
            .order_by(Subscription.created_at)
            .execution_options(populate_existing=True)
        )
    )


def _new(db: Session, customer: Customer, record: SubscriptionRecord) -> Subscription:
    offer_code = record.metadata.get("offer")
    offer = db.scalar(select(Offer).where(Offer.code == offer_code)) if offer_code else None
    title_id = record.metadata.get("title_id", "")
    title = db.get(Title, int(title_id)) if title_id.isdecimal() else None
    sub = Subscription(
        stripe_id=record.id,
        member_id=customer.member_id,
        offer_id=offer.id if offer else None,
        title_id=title.id if title else None,
        invoices=[],
    )
    db.add(sub)
    return sub


def _copy(
    db: Session,
    sub: Subscription,
    record: SubscriptionRecord,
    billed: list[InvoiceRecord],
    now: datetime,
) -> None:
    for name, value in said(record).items():
        setattr(sub, name, value)
    sub.synced_at = now
    if record.cancel_comment == fulfilment.SECOND_TRIAL:
        sub.cancel_reason = fulfilment.SECOND_TRIAL  # ours, though we may not remember it
    elif sub.cancel_reason != fulfilment.SECOND_TRIAL:
        sub.cancel_reason = record.cancel_reason
    sub.first_failed_at = _first_failed_at(sub, billed, now)
    db.flush()  # the invoices need the subscription's id
    _copy_invoices(db, sub, billed)
    db.flush()  # what follows reads both


def said(record: SubscriptionRecord) -> dict[str, Any]:
    """The columns that Stripe decides, as it says them; a card that is gone leaves its traces."""
    found = {name: getattr(record, name) for name in COPIED}
    found |= {"stripe_price_id": record.price_id, "carded": record.card is not None}
    found["off_minor"] = _off(record)
    if record.card is not None:
        found |= {f"card_{name}": value for name, value in vars(record.card).items()}
    return found


def _off(record: SubscriptionRecord) -> int:
    """What the discounts take off the next payment, which may come after a pause."""
    at, ends = turns.next_payment_at(record), record.period_ends_at
    return discounts.off(
        record.discounts,
        record.amount_minor,
        record.currency,
        at=None if at is None else int(at.timestamp()),
        is_next=at is None or ends is None or at <= ends,
    )


def said_of_invoice(record: InvoiceRecord) -> dict[str, Any]:
    """The columns of an invoice that Stripe decides, as it says them."""
    return {name: getattr(record, name) for name in COPIED_OF_INVOICE}


def _first_failed_at(
    sub: Subscription, billed: list[InvoiceRecord], now: datetime
) -> datetime | None:
    """When the failing began: the first try of the oldest invoice that still waits for money."""
    if sub.status != "past_due":
        return None
    tried = [i.finalized_at for i in billed if i.status == "open" and i.attempt_count]
    return min(filter(None, tried), default=sub.first_failed_at or now)


def _copy_invoices(db: Session, sub: Subscription, billed: list[InvoiceRecord]) -> None:
    kept = {invoice.stripe_id: invoice for invoice in sub.invoices}
    for record in billed:
        invoice = kept.get(record.id) or _elsewhere(db, record.id)
        if invoice not in sub.invoices:
            sub.invoices.append(invoice)
        for name, value in said_of_invoice(record).items():
            setattr(invoice, name, value)


def _elsewhere(db: Session, invoice_id: str) -> Invoice:
    """A new invoice, or one that hangs at another subscription here by mistake."""
    found = db.scalar(select(Invoice).where(Invoice.stripe_id == invoice_id))
    return found or Invoice(stripe_id=invoice_id)


def _end_all(db: Session, customer: Customer, *, now: datetime) -> None:
    """The customer was deleted at Stripe: everything of theirs has ended; the history stays."""
    for sub in of_member(db, customer.member_id):
        if not sub.is_over and sub.customer_id in (None, customer.id):
            seen = changes.seen(sub)
            sub.status, sub.ended_at, sub.synced_at = "canceled", now, now
            changes.note(db, sub, seen, now=now)
    customers.forget(db, customer, now=now)
    log.info("customer.forgotten", extra={"member_id": customer.member_id})
