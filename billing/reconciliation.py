"""Where our mirror may have fallen behind: what is due by the calendar, and what was never told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from billing import events
from billing.gateway import Stripe
from billing.models import Customer, StripeEvent, Subscription
from core import settings

DUE_AFTER = timedelta(minutes=90)
LOOK_BACK = timedelta(days=30)


def due(db: Session, *, now: datetime) -> list[str]:
    """Customers of whom Stripe must have news by now that has not reached us.

    A trial or a period that ended 90 minutes ago and was not looked at since; a failed payment
    and a checkout not looked at for an hour.
    """
    ripe = now - DUE_AFTER
    stale = or_(
        _passed(Subscription.trial_ends_at, ripe) & (Subscription.status == "trialing"),
        _passed(Subscription.period_ends_at, ripe)
        & Subscription.status.in_(("active", "trialing")),
        (Subscription.status == "past_due") & (Subscription.synced_at < ripe),
        (Subscription.status == "active") & _unpaid_recently(ripe, now),
    )
    query = (
        select(Customer.stripe_id)
        .join(Subscription, Subscription.member_id == Customer.member_id)
        .where(Customer.stripe_id.is_not(None), stale)
        .distinct()
    )
    return [stripe_id for stripe_id in db.scalars(query) if stripe_id]


def _passed(instant: InstrumentedAttribute[datetime | None], ripe: datetime) -> ColumnElement[bool]:
    return (instant <= ripe) & (Subscription.synced_at < instant + DUE_AFTER)


def _unpaid_recently(ripe: datetime, now: datetime) -> ColumnElement[bool]:
    """A period that began lately and was last seen before its first charge was made."""
    began = Subscription.period_starts_at
    return (
        (began <= ripe)
        & (began > now - timedelta(days=2))
        & (Subscription.synced_at < began + DUE_AFTER)
    )


def last_seen(db: Session, *, now: datetime) -> datetime:
    """The newest instant of which an event reached us; never further back than Stripe keeps."""
    newest = db.scalar(select(func.max(StripeEvent.created_at)))
    return max(newest or now - LOOK_BACK, now - LOOK_BACK)


def store_missed(db: Session, stripe: Stripe, *, since: datetime, now: datetime) -> int:
    """Store every event since ``since`` that no delivery brought; returns how many."""
    livemode = settings.current().stripe_key.startswith("sk_live_")
    kept = [
        events.store(db, record.raw, livemode=livemode, now=now)
        for record in stripe.events_since(since)
    ]
    return sum(row is not None for row in kept)


def everyone(db: Session) -> list[str]:
    """Every customer that Stripe may say something of."""
    known = select(Customer.stripe_id).where(Customer.stripe_id.is_not(None))
    return [stripe_id for stripe_id in db.scalars(known) if stripe_id]
