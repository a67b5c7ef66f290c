"""What changed between two looks at a subscription, kept as audit rows and as milestones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing import audit
from billing.models import Invoice, Milestone, Subscription

SECOND_TRIAL = "second_trial"


@dataclass(frozen=True)
class Seen:
    """What an earlier look found; all empty for a subscription never seen before."""

    status: str | None = None
    trial_ends_at: datetime | None = None
    leaving: bool = False
    paused: bool = False
    price: str | None = None


def seen(sub: Subscription | None) -> Seen:
    """What we believed of ``sub`` until now."""
    if sub is None:
        return Seen()
    return Seen(
        sub.status,
        sub.trial_ends_at,
        is_leaving(sub),
        paused=sub.pause_behavior is not None or sub.status == "paused",
        price=sub.stripe_price_id,
    )


def is_leaving(sub: Subscription) -> bool:
    """Whether the subscription is set to end by itself."""
    return bool(sub.cancel_at_period_end or sub.cancel_at)


def note(db: Session, sub: Subscription, before: Seen, *, now: datetime) -> None:
    """Keep what is new since ``before``: milestones once each, one audit row for a move."""
    for fact, at in _milestones(sub, before, now):
        reach(db, sub, fact, at=at, now=now)
    for invoice in sub.invoices:
        for fact, at in _invoice_milestones(invoice):
            reach(db, sub, fact, at=at, now=now, object_id=invoice.stripe_id)
    after = seen(sub)
    if after != before:
        audit.note(
            db,
            now=now,
            actor="stripe",
            action="subscription.changed",
            reason="Stripe reported it",
            member_id=sub.member_id,
            before=_said(before),
            after=_said(after),
        )


def _milestones(sub: Subscription, before: Seen, now: datetime) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime | None]] = []
    if sub.trial_started_at and sub.has_begun:
        found.append(("trial_started", sub.trial_started_at))
    elif sub.has_begun:
        found.append(("subscribed", sub.created_at))
    if sub.ended_at and sub.cancel_reason != SECOND_TRIAL:
        found.append(("ended", sub.ended_at))
    if sub.first_failed_at:
        found.append((f"failing:{sub.first_failed_at.isoformat()}", sub.first_failed_at))
    if before.trial_ends_at and sub.trial_ends_at and sub.trial_ends_at != before.trial_ends_at:
        moved = "extended" if sub.trial_ends_at > before.trial_ends_at else "ended early"
        found.append((f"{moved}:{sub.trial_ends_at.isoformat()}", now))
    found += _changes_of_plan(sub, before, now)
    if is_leaving(sub) and not before.leaving:
        at = sub.canceled_at or now
        found.append((f"cancel set:{at.isoformat()}", at))
    if before.leaving and not is_leaving(sub) and not sub.is_over:
        found.append((f"cancel unset:{now.isoformat()}", now))
    return [(fact, at) for fact, at in found if at is not None]


def _changes_of_plan(
    sub: Subscription, before: Seen, now: datetime
) -> list[tuple[str, datetime | None]]:
    after = seen(sub)
    if before.status is None:
        return []
    found: list[tuple[str, datetime | None]] = []
    if after.paused and not before.paused:
        found.append((f"paused:{now.isoformat()}", now))
    if before.paused and not after.paused and not sub.is_over:
        found.append((f"unpaused:{now.isoformat()}", now))
    if after.price != before.price:
        found.append((f"switched:{after.price}:{now.isoformat()}", now))
    return found


def _invoice_milestones(invoice: Invoice) -> list[tuple[str, datetime]]:
    if invoice.status == "paid" and invoice.paid_at and invoice.total_minor > 0:
        return [("paid", invoice.paid_at)]
    return []


def reach(
    db: Session,
    sub: Subscription,
    fact: str,
    *,
    at: datetime,
    now: datetime,
    object_id: str | None = None,
) -> None:
    """Keep that ``fact`` happened to an object of Stripe's; the second time changes nothing."""
    db.execute(
        insert(Milestone)
        .values(
            object_id=object_id or sub.stripe_id,
            fact=fact,
            member_id=sub.member_id,
            subscription_id=sub.id,
            at=at,
            noted_at=now,
        )
        .on_conflict_do_nothing(index_elements=["object_id", "fact"])
    )


def _said(state: Seen) -> dict[str, Any]:
    ends = state.trial_ends_at.isoformat() if state.trial_ends_at else None
    return {
        "status": state.status,
        "trial_ends_at": ends,
        "leaving": state.leaving,
        "paused": state.paused,
        "price": state.price,
    }
