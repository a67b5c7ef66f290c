"""Where our mirror says otherwise than Stripe: which fields, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from billing import alarms, audit, payments, subscriptions
from billing.models import Customer, Invoice, Subscription
from billing.upkeep_models import Drift

WHOLE = "row"
UNKNOWN = "subscription.unknown"
KEPT = (
    *(name for name in subscriptions.COPIED if name != "discounts"),
    *("off_minor", "stripe_price_id", "carded", "card_last4", "card_expires"),
)
KEPT_OF_INVOICE = (*subscriptions.COPIED_OF_INVOICE, *payments.COPIED)

Snapshot = dict[tuple[str, str], str | None]


@dataclass(frozen=True)
class Difference:
    """One field of one object: what we had, and what Stripe says. ``None``: not there at all."""

    object_id: str
    field: str
    ours: str | None
    theirs: str | None

    @property
    def is_unknown_at_stripe(self) -> bool:
        """Whether Stripe has no such object at all; a field that it emptied is another thing."""
        return self.field == WHOLE and self.theirs is None


def snapshot(db: Session, member_id: int) -> Snapshot:
    """Everything mirrored of a member, as text, field by field."""
    found: Snapshot = {}
    for sub in subscriptions.of_member(db, member_id):
        found |= _told(sub, sub.stripe_id, KEPT)
        for invoice in sub.invoices:
            found |= _told(invoice, invoice.stripe_id, KEPT_OF_INVOICE)
    return found


def _told(row: Subscription | Invoice, object_id: str, names: tuple[str, ...]) -> Snapshot:
    fields = {(object_id, name): text(getattr(row, name)) for name in names}
    return {(object_id, WHOLE): row.status, **fields}


def text(value: Any) -> str | None:
    """A value as it is kept and printed; instants in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return None if value is None else str(value)


def between(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """What changed from one snapshot to a later one; an object that is new is one difference."""
    new = {object_id for object_id, _ in after} - {object_id for object_id, _ in before}
    for (object_id, field), theirs in after.items():
        ours = before.get((object_id, field))
        if ours != theirs and (field == WHOLE) == (object_id in new):
            yield Difference(object_id, field, ours, theirs)


def unknown_at_stripe(db: Session, member_id: int, *, looked_at: datetime) -> Iterator[Difference]:
    """Subscriptions of ours that are not over and that Stripe does not list: nobody but a person
    can repair that."""
    for sub in subscriptions.of_member(db, member_id):
        if not sub.is_over and sub.synced_at < looked_at:
            yield Difference(sub.stripe_id, WHOLE, sub.status, None)


def keep(
    db: Session,
    member_id: int | None,
    found: Iterable[Difference],
    *,
    repaired: bool,
    now: datetime,
) -> None:
    """Keep what differed. What an earlier look could not repair is the same row, repaired now."""
    for one in found:
        mended = now if repaired and not one.is_unknown_at_stripe else None
        waiting = update(Drift).where(
            Drift.object_id == one.object_id,
            Drift.field == one.field,
            Drift.ours.is_not_distinct_from(one.ours),
            Drift.repaired_at.is_(None),
        )
        values = {"theirs": one.theirs, "repaired_at": mended}
        if not db.scalars(waiting.values(values).returning(Drift.id)).all():
            db.add(Drift(**vars(one), member_id=member_id, found_at=now, repaired_at=mended))
        if mended:
            _audit(db, member_id, one, now)
        elif one.is_unknown_at_stripe:
            words = f"{one.object_id} is {one.ours} here, and Stripe does not know it"
            alarms.call(db, UNKNOWN, one.object_id, words, member_id=member_id, now=now)


def settle_others(
    db: Session, still: set[tuple[str, str]], *, unseen: set[str], now: datetime
) -> None:
    """Note what differed once and no longer does, because the news came by another way.

    ``still`` is what was found to differ; ``unseen`` are the Stripe customers that could not be
    looked at, of whom nothing is said.
    """
    theirs = set(db.scalars(select(Customer.member_id).where(Customer.stripe_id.in_(unseen))))
    for row in db.scalars(select(Drift).where(Drift.repaired_at.is_(None))):
        if (row.object_id, row.field) not in still and row.member_id not in theirs:
            row.repaired_at = now
            if row.field == WHOLE and row.theirs is None:
                alarms.settle(db, UNKNOWN, row.object_id, now=now)


def _audit(db: Session, member_id: int | None, one: Difference, now: datetime) -> None:
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="drift.repaired",
        reason=f"{one.object_id} differed from Stripe",
        member_id=member_id,
        before={one.field: one.ours},
        after={one.field: one.theirs},
    )
