"""Where our mirror may have fallen behind: what is due by the calendar, and what was never told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from billing import alarms, events, suspects
from billing.gateway import EventRecord, Stripe
from billing.models import Customer, Subscription
from billing.upkeep_models import EventCursor
from core import settings, zones
from core.batching import some_at_a_time

DUE_AFTER = timedelta(minutes=90)
LOOK_BACK = timedelta(days=30)
OVERLAP = timedelta(minutes=10)


def due(db: Session, *, now: datetime) -> list[str]:
    """Customers of whom Stripe must have news by now that has not reached us.

    A trial or a period that ended 90 minutes ago and was not looked at since, and a failed
    payment not looked at for as long.
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


def read_events(db: Session, stripe: Stripe, *, now: datetime) -> int:
    """Store every event that Stripe lists and no delivery brought; returns how many.

    Reading begins ten minutes before the instant up to which it was last read, which is kept in
    the database, and never further back than Stripe keeps events.
    """
    cursor = db.scalar(select(EventCursor).with_for_update())
    if cursor is None:
        cursor = EventCursor(id=1, read_until=now - LOOK_BACK)
        db.add(cursor)
    since = max(cursor.read_until - OVERLAP, now - LOOK_BACK)
    missed: list[datetime] = []
    for some in some_at_a_time(stripe.events_since(since), suspects.AT_ONCE):
        missed += _stored(db, some, now)
    cursor.read_until = now
    _call_if_undelivered(db, [made_at for made_at in missed if made_at < now - OVERLAP], now)
    return len(missed)


def _stored(db: Session, some: list[EventRecord], now: datetime) -> list[datetime]:
    """Store those that are not here, the oldest first; returns when each of them was made."""
    livemode = settings.current().livemode
    known = events.known(db, [one.id for one in some])
    return [
        one.created_at
        for one in reversed(some)
        if one.id not in known and events.store(db, one.raw, livemode=livemode, now=now) is not None
    ]


def _call_if_undelivered(db: Session, missed: list[datetime], now: datetime) -> None:
    """Deliveries that fail are more than late news: Stripe holds renewals up for three days."""
    if missed:
        since = zones.day_and_time(min(missed), "UTC")
        words = f"{len(missed)} events were not delivered, since {since}"
        alarms.call(db, "webhook.undelivered", "webhook", words, now=now)
    else:
        alarms.settle(db, "webhook.undelivered", "webhook", now=now)
