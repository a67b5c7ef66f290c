"""The event inbox: what Stripe delivered, kept as it came, claimed one at a time, never lost."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing import customers, subscriptions
from billing.gateway import API_VERSION, Stripe
from billing.models import StripeEvent
from core.db import epoch

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
SWEEP_AFTER = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)


class Unreadable(ValueError):
    """A body that is no event: no JSON object with a text ``id``."""


def store(db: Session, body: bytes, *, livemode: bool, now: datetime) -> int | None:
    """Keep a verified delivery; returns its row's id, or ``None`` where it was here before.

    Unknown types, other versions and other modes are kept too. Raises ``Unreadable``.
    """
    said = _parsed(body)
    thing = _object(said)
    mode = said.get("livemode") is True
    made = epoch(said["created"]) if isinstance(said.get("created"), int) else now
    return db.scalar(
        insert(StripeEvent)
        .values(
            stripe_id=said["id"],
            type=_text(said.get("type")) or "unknown",
            api_version=_text(said.get("api_version")),
            livemode=mode,
            object_id=_text(thing.get("id")),
            object_type=_text(thing.get("object")) or _text(thing.get("type")),
            customer_id=_customer(thing),
            raw=body,
            created_at=made,
            received_at=now,
            next_try_at=now,
            state="new" if mode == livemode else "ignored",
            error=None if mode == livemode else "of the other mode",
        )
        .on_conflict_do_nothing(index_elements=["stripe_id"])
        .returning(StripeEvent.id)
    )


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as odd:
        raise Unreadable("not JSON") from odd
    if not isinstance(said, dict) or not _text(said.get("id")):
        raise Unreadable("not an object with an id")
    return said


def _object(said: dict[str, Any]) -> dict[str, Any]:
    data = said.get("data")
    thing = data.get("object") if isinstance(data, dict) else said.get("related_object")
    return thing if isinstance(thing, dict) else {}


def _customer(thing: dict[str, Any]) -> str | None:
    if thing.get("object") == "customer":
        return _text(thing.get("id"))
    customer = thing.get("customer")
    return _text(customer.get("id") if isinstance(customer, dict) else customer)


def _text(value: object) -> str | None:
    """Text that a column takes: PostgreSQL refuses NUL, and nothing here is long."""
    if not isinstance(value, str):
        return None
    return value.replace("\x00", "").encode("utf-8", "replace").decode()[:255] or None


def due(db: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """The events that wait although a bell rang for them once, or should have: oldest first."""
    waiting = select(StripeEvent.id).where(
        StripeEvent.state == "new",
        StripeEvent.next_try_at <= now,
        StripeEvent.received_at <= now - SWEEP_AFTER,
    )
    return list(db.scalars(waiting.order_by(StripeEvent.id).limit(limit)))


def claim(db: Session, event_id: int) -> StripeEvent | None:
    """Take an event for this transaction, or ``None`` where it is done or somebody has it."""
    return db.scalar(
        select(StripeEvent)
        .where(StripeEvent.id == event_id, StripeEvent.state == "new")
        .with_for_update(skip_locked=True)
    )


def apply(db: Session, stripe: Stripe, event: StripeEvent, *, now: datetime) -> int | None:
    """Bring the mirror up to what Stripe says; returns the member concerned, or ``None``.

    The payload only tells whose state to fetch. One fetch settles every event of that customer
    which was stored before it, so a burst costs one.
    """
    event.attempts += 1
    if event.api_version not in (None, API_VERSION):
        log.info("event.other_version", extra={"event": event.stripe_id})
    if event.customer_id is None:
        _settle(event, "ignored", "names no customer", now)
        return None
    customers.lock(db, event.customer_id)
    waiting = _waiting_of(db, event.customer_id)
    member_id = subscriptions.mirror(db, stripe, event.customer_id, now=now)
    if member_id is None:
        _settle(event, "ignored", "the customer is not one of ours", now)
        return None
    _settle(event, "done", None, now)
    _settle_all(db, waiting, now)
    return member_id


def _waiting_of(db: Session, customer_id: str) -> list[int]:
    return list(
        db.scalars(
            select(StripeEvent.id)
            .where(StripeEvent.customer_id == customer_id, StripeEvent.state == "new")
            .with_for_update(skip_locked=True)
        )
    )


def _settle(event: StripeEvent, state: str, why: str | None, now: datetime) -> None:
    event.state, event.error, event.handled_at = state, why, now


def _settle_all(db: Session, event_ids: list[int], now: datetime) -> None:
    db.execute(
        update(StripeEvent)
        .where(StripeEvent.id.in_(event_ids), StripeEvent.state == "new")
        .values(state="done", handled_at=now)
    )


def failed(db: Session, event_id: int, error: str, *, now: datetime) -> None:
    """Keep that an attempt failed, in a transaction of its own; after twelve the event is dead."""
    event = claim(db, event_id)
    if event is None:
        return
    event.attempts += 1
    event.error = error[:500]
    wait = min(FIRST_WAIT * 2 ** (event.attempts - 1), LONGEST_WAIT)
    event.next_try_at = now + wait
    if event.attempts >= MOST_ATTEMPTS:
        event.state = "dead"
        log.error("event.dead", extra={"event": event.stripe_id})


def replay(db: Session, event_id: int, *, now: datetime) -> None:
    """Let a stored event be handled once more; safe at any time, for handling is repeatable."""
    event = db.get_one(StripeEvent, event_id)
    event.state, event.attempts, event.next_try_at, event.error = "new", 0, now, None
