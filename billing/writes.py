"""A write at Stripe whose answer may be lost, or be a failure that Stripe repeats for a day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.gateway_errors import KeyReused, StripeFailed, StripeUnavailable
from billing.upkeep_models import StripeWrite
from core.db import keep

log = logging.getLogger(__name__)

Result = TypeVar("Result")

KEY_LASTS = timedelta(hours=23)
"""Stripe knows a key for a day; an hour is left for the call itself, and for two clocks."""
CLOCKS_DIFFER = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Write(Generic[Result]):
    """One thing to be done at Stripe, once, whatever becomes of the answers.

    ``name`` is what the thing is and the first key that it is asked by. ``make`` does it under a
    key. ``find`` reads at Stripe what became of it, from about the instant it was asked for, and
    returns what ``make`` would, or ``None`` where it was not done.
    """

    name: str
    make: Callable[[str], Result]
    find: Callable[[datetime], Result | None]


@dataclass(frozen=True)
class _Asked:
    """What must outlive the transaction in which an answer was lost."""

    generation: int
    at: datetime
    said: str | None


def once(db: Session, write: Write[Result], *, now: datetime, creates: bool = False) -> Result:
    """Do ``write``, or learn that it was done; never twice.

    A lost answer is asked for again under the same key, and Stripe repeats it. Where Stripe failed
    under the key, knows it with other words, or has forgotten it after a day, the state is read
    first; only what was not done is asked for, under the next key. What ``creates`` is kept before
    Stripe is asked, with all that stands in ``db``. Raises the gateway's errors.
    """
    row = _row(db, write.name, now)
    if creates:
        keep(db)
    try:
        return _ask(db, row, write, now)
    except KeyReused:
        row.failed = True
        return _ask(db, row, write, now)


def was_done(db: Session, name: str, *, now: datetime) -> bool:
    """Whether the write ``name`` was done lately, though no news of it may have come."""
    lately = StripeWrite.done_at.is_not(None) & (StripeWrite.asked_at >= now - KEY_LASTS)
    return db.scalar(select(StripeWrite.name).where(StripeWrite.name == name, lately)) is not None


def first_said(db: Session, name: str, said: str, *, now: datetime) -> str:
    """What was asked for by the write ``name``: as it was said first, else ``said`` from now on."""
    row = _row(db, name, now)
    row.said = row.said or said
    return row.said


def _ask(db: Session, row: StripeWrite, write: Write[Result], now: datetime) -> Result:
    if row.failed or now - row.asked_at > KEY_LASTS:
        found = write.find(row.asked_at - CLOCKS_DIFFER)
        if found is not None:
            row.done_at = now  # the key goes on failing: whoever asks again reads again
            return found
        row.generation, row.asked_at, row.failed = row.generation + 1, now, False
        log.info("write.asked_anew", extra={"write": row.name, "generation": row.generation})
    asked = _Asked(row.generation, row.asked_at, row.said)
    try:
        result = write.make(_key(row))
    except KeyReused:
        raise
    except StripeUnavailable as away:
        db.rollback()  # nothing is known of what was begun; only that it was asked for is kept
        _keep(db, write.name, asked, failed=isinstance(away, StripeFailed))
        raise
    row.done_at = now
    return result


def _row(db: Session, name: str, now: datetime) -> StripeWrite:
    """The row of a write, made where there is none; whoever asks for the same waits here."""
    fresh = insert(StripeWrite).values(name=name, generation=0, asked_at=now, failed=False)
    db.execute(fresh.on_conflict_do_nothing(index_elements=["name"]))
    held = select(StripeWrite).where(StripeWrite.name == name).with_for_update()
    return db.scalars(held.execution_options(populate_existing=True)).one()


def _keep(db: Session, name: str, asked: _Asked, *, failed: bool) -> None:
    row = _row(db, name, asked.at)
    if row.generation <= asked.generation:
        row.generation, row.asked_at, row.said = asked.generation, asked.at, asked.said
        row.failed = failed
    keep(db)


def _key(row: StripeWrite) -> str:
    return f"{row.name}:{row.generation}" if row.generation else row.name


def forget(db: Session, *, now: datetime) -> None:
    """Take away what was done a month ago; what is in doubt stays."""
    db.execute(delete(StripeWrite).where(StripeWrite.done_at < now - KEPT_FOR))
