"""The event inbox: what Stripe delivered, kept as it came, claimed one at a time, never lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ARRAY, ColumnElement, Text, any_, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing import alarms, audit, customers, event_reading, payments, subscriptions
from billing.event_reading import Unreadable as Unreadable
from billing.gateway import API_VERSION, Stripe
from billing.models import StripeEvent
from core.errors import NotFound

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
SWEEP_AFTER = timedelta(seconds=30)
GONE = "customer.deleted"
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
STORED = (  # made once: every delivery runs it
    insert(StripeEvent)
    .on_conflict_do_nothing(index_elements=["stripe_id"])
    .returning(StripeEvent.id)
)


class Kept(NamedTuple):
    """A delivery that is kept: its row's id, and whose news it is. One look at ``burst`` settles
    it together with what else came of them; ``None`` where it needs a look of its own."""

    id: int
    burst: str | None


def store(db: Session, body: bytes, *, livemode: bool, now: datetime) -> Kept | None:
    """Keep a verified delivery; returns what is kept, or ``None`` where it was here before.

    Unknown types, other versions and other modes are kept too. Raises ``Unreadable``.
    """
    said = event_reading.read(body)
    ours = said.livemode == livemode
    row = {
        "stripe_id": said.id,
        "type": said.type,
        "api_version": said.api_version,
        "livemode": said.livemode,
        "object_id": said.object_id,
        "object_type": said.object_type,
        "customer_id": said.customer_id,
        "raw": body,
        "created_at": said.created_at or now,
        "received_at": now,
        "next_try_at": now,
        "state": "new" if ours else "ignored",
        "attempts": 0,
        "error": None if ours else "of the other mode",
    }
    event_id = db.connection().execute(STORED, row).scalar()
    if event_id is None:
        return None
    return Kept(event_id, None if said.type.endswith(GONE) else said.customer_id)


def known(db: Session, stripe_ids: list[str]) -> set[str]:
    """Those of Stripe's ids whose events are kept already."""
    named = literal(stripe_ids, ARRAY(Text))  # one parameter, for a month of them is too many
    kept = select(StripeEvent.stripe_id).where(StripeEvent.stripe_id == any_(named))
    return set(db.scalars(kept))


def unread(db: Session, *, now: datetime) -> list[int]:
    """The events that wait for a worker now, however lately they came: oldest first."""
    return list(db.scalars(select(StripeEvent.id).where(_is_due(now)).order_by(StripeEvent.id)))


def due(db: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """The events that wait although a bell rang for them once, or should have: oldest first."""
    waiting = select(StripeEvent.id).where(
        _is_due(now), StripeEvent.received_at <= now - SWEEP_AFTER
    )
    return list(db.scalars(waiting.order_by(StripeEvent.id).limit(limit)))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (StripeEvent.state == "new") & (StripeEvent.next_try_at <= now)


def claim(db: Session, event_id: int, *, now: datetime) -> bool:
    """Count a try of an event and put the next one off, before anything is tried.

    So a worker that dies in the middle holds nobody up, and an event that kills every worker is
    given up after twelve. ``False`` where the event is settled, waits, or somebody has it; or
    where somebody works on the same customer's news, who looks again when done (``next_of``).
    """
    event = db.scalar(
        select(StripeEvent)
        .where(StripeEvent.id == event_id, _is_due(now))
        .with_for_update(skip_locked=True)
    )
    if event is None:
        return False
    if event.customer_id and not customers.try_lock(db, _news_of(event.customer_id)):
        return False
    if event.attempts >= MOST_ATTEMPTS:
        _give_up(db, event, now)
        return False
    event.attempts += 1
    event.next_try_at = now + min(FIRST_WAIT * 2 ** (event.attempts - 1), LONGEST_WAIT)
    return True


def apply(db: Session, stripe: Stripe, event_id: int, *, now: datetime) -> int | None:
    """Bring the mirror up to what Stripe says; returns the member concerned, or ``None``.

    The payload only tells whose state to fetch. One fetch settles every event of that customer
    which was stored before it, so a burst costs one.
    """
    event = db.get_one(StripeEvent, event_id)
    if event.customer_id:
        customers.lock(db, _news_of(event.customer_id))
    if event.api_version not in (None, API_VERSION):
        log.info("event.other_version", extra={"event": event.stripe_id})
    customer_id = event.customer_id or _owner(stripe, event)
    if customer_id is None:
        _settle(event, "ignored", "names no customer", now)
        return None
    customers.lock(db, customer_id)
    db.refresh(event)
    if event.state != "new":
        return None  # whoever held the lock has settled it
    waiting = _waiting_of(db, customer_id)
    gone = event.type.endswith(GONE)
    member_id = subscriptions.mirror(db, stripe, customer_id, gone=gone, now=now)
    if member_id is None:
        _settle(event, "ignored", "the customer is not one of ours", now)
        return None
    if payments.moved([event.type, *_types(db, waiting)]):
        payments.mirror(db, stripe, customer_id, now=now)
    if event.type == payments.WARNING and event.object_id:
        payments.warn(db, stripe, event.object_id, member_id, now=now)
    _settle(event, "done", None, now)
    _settle_all(db, waiting, now)
    return member_id


def _news_of(customer_id: str) -> str:
    """The lock of whoever works on a customer's events. Pages that fetch the same customer hold
    another one, for they leave the events to whoever comes."""
    return f"news:{customer_id}"


def next_of(db: Session, event_id: int, *, now: datetime) -> int | None:
    """The oldest event of the same customer that came while ``event_id`` was worked on: whoever
    met its lock has left it. ``None`` where there is none."""
    whose = select(StripeEvent.customer_id).where(StripeEvent.id == event_id).scalar_subquery()
    waiting = select(StripeEvent.id).where(StripeEvent.customer_id == whose, _is_due(now))
    return db.scalar(waiting.order_by(StripeEvent.id).limit(1))


def _owner(stripe: Stripe, event: StripeEvent) -> str | None:
    return stripe.find_owner(event.object_id) if event.object_id else None


def _waiting_of(db: Session, customer_id: str) -> list[int]:
    return list(
        db.scalars(
            select(StripeEvent.id).where(
                StripeEvent.customer_id == customer_id,
                StripeEvent.state == "new",
                StripeEvent.type.not_like(f"%{GONE}"),
            )
        )
    )


def _types(db: Session, event_ids: list[int]) -> list[str]:
    return list(db.scalars(select(StripeEvent.type).where(StripeEvent.id.in_(event_ids))))


def _settle(event: StripeEvent, state: str, why: str | None, now: datetime) -> None:
    event.state, event.error, event.handled_at = state, why, now


def _settle_all(db: Session, event_ids: list[int], now: datetime) -> None:
    db.execute(
        update(StripeEvent)
        .where(StripeEvent.id.in_(event_ids), StripeEvent.state == "new")
        .values(state="done", handled_at=now, error=None)
    )


def failed(db: Session, event_id: int, error: str, *, now: datetime) -> None:
    """Keep why a try failed, in a transaction of its own; after twelve the event is given up."""
    event = db.scalar(
        select(StripeEvent)
        .where(StripeEvent.id == event_id, StripeEvent.state == "new")
        .with_for_update()
    )
    if event is None:
        return
    event.error = error.replace("\x00", "")[:500]
    if event.attempts >= MOST_ATTEMPTS:
        _give_up(db, event, now)


def _give_up(db: Session, event: StripeEvent, now: datetime) -> None:
    event.state, event.handled_at = "dead", now
    text = f"{event.type} {event.stripe_id} failed {event.attempts} times: {event.error}"
    alarms.call(db, "event.dead", event.stripe_id, text, now=now)


def by_stripe_id(db: Session, stripe_id: str) -> StripeEvent:
    """The stored delivery with Stripe's id. Raises ``NotFound``."""
    event = db.scalar(select(StripeEvent).where(StripeEvent.stripe_id == stripe_id))
    if event is None:
        raise NotFound
    return event


def replay(db: Session, event_id: int, *, now: datetime) -> None:
    """Let a stored event be handled once more; safe at any time, for handling is repeatable."""
    event = db.get_one(StripeEvent, event_id)
    event.state, event.attempts, event.next_try_at, event.error = "new", 0, now, None
    alarms.settle(db, "event.dead", event.stripe_id, now=now)


def replay_by(db: Session, event_id: int, *, actor: str, now: datetime) -> None:
    """``replay``, asked for by a person: it is kept who did it."""
    event = db.get_one(StripeEvent, event_id)
    before = {"event": event.stripe_id, "state": event.state, "tries": event.attempts}
    replay(db, event_id, now=now)
    audit.note(
        db,
        now=now,
        actor=actor,
        action="event.replayed",
        reason="handled again by hand",
        before=before,
        after={"state": "new"},
    )
