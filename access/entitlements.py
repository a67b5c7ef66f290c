"""From the mirror of Stripe to the right to watch: read by the status table, kept as one row."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from access import status_table
from access.models import Entitlement
from access.status_table import Bill, Held, Policy, Right
from billing import audit
from billing.models import Subscription
from core import settings

log = logging.getLogger(__name__)

CATALOGUE = "catalogue"


def policy() -> Policy:
    """The policy in force, from the settings."""
    found = settings.current()
    return Policy(
        grace_first_charge=timedelta(days=found.grace_days_first_charge),
        grace_renewal=timedelta(days=found.grace_days_renewal),
        refund_ends_access=found.refund_ends_access,
    )


def right_of(subscriptions: Iterable[Subscription]) -> Right | None:
    """What our mirror of ``subscriptions`` gives by the status table, or ``None``."""
    return status_table.access(map(held, subscriptions), policy())


def held(sub: Subscription) -> Held:
    """A mirrored subscription in the words of the status table."""
    return Held(
        status=sub.status,
        trial_ends_at=sub.trial_ends_at,
        period_starts_at=sub.period_starts_at,
        period_ends_at=sub.period_ends_at,
        leaves_at=_leaves_at(sub),
        pause=sub.pause_behavior,
        failing_since=sub.first_failed_at,
        bills=tuple(
            Bill(
                created_at=invoice.created_at,
                total_minor=invoice.total_minor,
                paid=invoice.status == "paid",
                refunded_minor=invoice.refunded_minor or 0,
                dispute=invoice.dispute_status,
            )
            for invoice in sub.invoices
        ),
    )


def _leaves_at(sub: Subscription) -> datetime | None:
    ends = [sub.cancel_at, sub.period_ends_at if sub.cancel_at_period_end else None]
    return min((end for end in ends if end is not None), default=None)


def refresh(db: Session, member_id: int, *, now: datetime, reason: str = "stripe") -> Right | None:
    """Derive the member's right afresh and keep it; a change leaves an audit row.

    Repeatable: the same mirror gives the same row. The member's rows must be locked by the caller.
    """
    subscriptions = db.scalars(
        select(Subscription)
        .where(Subscription.member_id == member_id)
        .options(selectinload(Subscription.invoices))
        .execution_options(populate_existing=True)
    ).all()
    right = right_of(subscriptions)
    row = db.scalar(
        select(Entitlement).where(
            Entitlement.member_id == member_id, Entitlement.feature == CATALOGUE
        )
    )
    before = (row.until, row.why) if row else None
    after = (right.until, right.why) if right else _ended(before, now)
    if after is None or after == before:
        return right
    if row is None:
        row = Entitlement(member_id=member_id, feature=CATALOGUE)
        db.add(row)
    row.until, row.why, row.changed_at = after[0], after[1], now
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="access.changed",
        reason=reason,
        member_id=member_id,
        before=_said(before),
        after=_said(after),
    )
    log.info("access.changed", extra={"member_id": member_id, "why": after[1]})
    return right


def _ended(before: tuple[datetime, str] | None, now: datetime) -> tuple[datetime, str] | None:
    if before is None or before[1] == "ended":
        return before
    return (min(before[0], now), "ended")


def _said(state: tuple[datetime, str] | None) -> dict[str, str]:
    return {} if state is None else {"until": state[0].astimezone(UTC).isoformat(), "why": state[1]}
