"""Of whom our mirror says otherwise than the lists of the whole account: read some at a time.

Memory holds no more than ``AT_ONCE`` of a list. What has to be known of the rest of it stands in
temporary tables of one connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import column as named
from sqlalchemy import exists, select, table, text
from sqlalchemy.orm import Session

from billing import payments, subscriptions
from billing.gateway import Stripe
from billing.gateway_payments import BillRecord, ChargeRecord
from billing.models import OVER, Customer, Invoice, Subscription
from billing.stripe_records import SubscriptionRecord
from core.batching import some_at_a_time
from core.db import on_one_connection

AT_ONCE = 1000
LISTED = table("listed_subscription", named("stripe_id"))
NO_TABLES = "drop table if exists pg_temp.listed_subscription, pg_temp.listed_charge"
TABLES = (
    NO_TABLES,  # those of a comparison that was broken off on this connection
    "create temporary table listed_subscription (stripe_id text primary key)",
    "create temporary table listed_charge (place bigint generated always as identity primary key, "
    "intent_id text not null, decline_reason text, refunded_minor bigint not null, "
    "refunded_at timestamptz, is_disputed boolean not null)",
    "create index on listed_charge (intent_id)",
)
PUT_SUBSCRIPTION = text(
    "insert into listed_subscription values (:stripe_id) on conflict do nothing"
)
PUT_CHARGE = text(
    "insert into listed_charge "
    "(intent_id, decline_reason, refunded_minor, refunded_at, is_disputed) values "
    "(:intent_id, :decline_reason, :refunded_minor, :refunded_at, :is_disputed)"
)
CHARGES = text(
    "select intent_id, decline_reason, refunded_minor, refunded_at, is_disputed "
    "from listed_charge where intent_id = any(:intents) order by place"
)


def found(stripe: Stripe) -> set[str]:
    """The Stripe customers of whom a subscription, an invoice or a payment differs.

    Raises ``StripeUnavailable``.
    """
    with on_one_connection() as db:
        for statement in TABLES:
            db.execute(text(statement))
        differing = _by_subscriptions(db, stripe) | _by_invoices(db, stripe)
        db.execute(text(NO_TABLES))
        db.commit()
    return differing


def _by_subscriptions(db: Session, stripe: Stripe) -> set[str]:
    differing: set[str] = set()
    for told in some_at_a_time(stripe.all_subscriptions(), AT_ONCE):
        ids = [record.id for record in told]
        db.execute(PUT_SUBSCRIPTION, [{"stripe_id": one} for one in ids])
        kept = db.scalars(select(Subscription).where(Subscription.stripe_id.in_(ids)))
        differing |= _unlike(told, {sub.stripe_id: sub for sub in kept})
        _let_go(db)
    return differing | _unlisted(db)


def _unlike(told: list[SubscriptionRecord], kept: dict[str, Subscription]) -> set[str]:
    return {r.customer_id for r in told if not _has(kept.get(r.id), subscriptions.said(r))}


def _has(row: Subscription | Invoice | None, said: dict[str, Any]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in said.items())


def _unlisted(db: Session) -> set[str]:
    """Customers with a subscription here that is not over, and that Stripe does not list."""
    is_listed = exists().where(LISTED.c.stripe_id == Subscription.stripe_id)
    query = (
        select(Customer.stripe_id)
        .join(Subscription, Subscription.member_id == Customer.member_id)
        .where(Subscription.status.not_in(OVER), ~is_listed)
    )
    return {stripe_id for stripe_id in db.scalars(query) if stripe_id}


def _by_invoices(db: Session, stripe: Stripe) -> set[str]:
    for charges in some_at_a_time(stripe.all_charges(), AT_ONCE):
        db.execute(PUT_CHARGE, [vars(charge) for charge in charges])
        _let_go(db)
    db.execute(text("analyze listed_charge"))
    differing: set[str] = set()
    for bills in some_at_a_time(stripe.all_bills(), AT_ONCE):
        differing |= _billed_otherwise(db, stripe, bills)
        _let_go(db)
    return differing


def _billed_otherwise(db: Session, stripe: Stripe, bills: Sequence[BillRecord]) -> set[str]:
    ours = [bill for bill in bills if bill.invoice.subscription_id and bill.invoice.customer_id]
    ids = [bill.invoice.id for bill in ours]
    rows = db.scalars(select(Invoice).where(Invoice.stripe_id.in_(ids)))
    kept = {invoice.stripe_id: invoice for invoice in rows}
    charges = _charges(db, [intent_id for bill in ours for intent_id in bill.intent_ids])
    differing = set()
    for bill in ours:
        said = subscriptions.said_of_invoice(bill.invoice)
        for intent_id in bill.intent_ids:
            said |= payments.said(stripe.payment(bill, intent_id, charges.get(intent_id, [])))
        if not _has(kept.get(bill.invoice.id), said):
            differing.add(bill.invoice.customer_id or "")
    return differing


def _charges(db: Session, intents: Sequence[str]) -> dict[str, list[ChargeRecord]]:
    """The charges by their intent, newest first, as they were listed."""
    kept: dict[str, list[ChargeRecord]] = {}
    for row in db.execute(CHARGES, {"intents": list(intents)}):
        kept.setdefault(row.intent_id, []).append(ChargeRecord(**row._mapping))
    return kept


def _let_go(db: Session) -> None:
    """End the transaction, so that nothing waits for a list to be read, and forget its rows."""
    db.commit()
    db.expunge_all()
