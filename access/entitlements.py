"""From the mirror of Stripe to the right to watch: one pure rule, and the row that it is kept in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from access.models import Entitlement
from billing import audit
from billing.models import Invoice, Subscription
from core import settings

log = logging.getLogger(__name__)

CATALOGUE = "catalogue"
TRIAL_SLACK = timedelta(hours=3)
RENEWAL_SLACK = timedelta(hours=24)


@dataclass(frozen=True)
class Policy:
    """The operator's choices that bear on access."""

    grace_first_charge: timedelta
    grace_renewal: timedelta


@dataclass(frozen=True)
class Right:
    """May watch until an instant, because of a state of Stripe's."""

    until: datetime
    why: str


def policy() -> Policy:
    """The policy in force, from the settings."""
    found = settings.current()
    return Policy(
        grace_first_charge=timedelta(days=found.grace_days_first_charge),
        grace_renewal=timedelta(days=found.grace_days_renewal),
    )


def access(subscriptions: list[Subscription], rules: Policy) -> Right | None:
    """The latest right that ``subscriptions`` give, by the status table, or ``None``."""
    rights = [right for s in subscriptions if (right := _of_one(s, rules)) is not None]
    return max(rights, key=lambda right: right.until, default=None)


def _of_one(sub: Subscription, rules: Policy) -> Right | None:
    if _disputed(sub):
        return None
    if sub.status == "trialing" and sub.trial_ends_at:
        leaving = sub.cancel_at_period_end or sub.cancel_at
        return Right(sub.trial_ends_at + (timedelta() if leaving else TRIAL_SLACK), "trialing")
    if sub.status == "active":
        return _while_active(sub)
    if sub.status == "past_due":
        return _while_past_due(sub, rules)
    return None


def _while_active(sub: Subscription) -> Right | None:
    end = sub.period_ends_at
    if sub.cancel_at or sub.cancel_at_period_end:
        last = min(instant for instant in (sub.cancel_at, end) if instant is not None)
        return Right(last, "active")
    if end is None:
        return None
    if sub.pause_behavior == "void":
        return Right(end, "paused")
    return Right(end + RENEWAL_SLACK, "active")


def _while_past_due(sub: Subscription, rules: Policy) -> Right | None:
    since = sub.first_failed_at or sub.synced_at
    paid_before = any(_is_paid(invoice) for invoice in sub.invoices)
    grace = rules.grace_renewal if paid_before else rules.grace_first_charge
    return Right(since + grace, "past_due")


def _is_paid(invoice: Invoice) -> bool:
    return invoice.status == "paid" and invoice.total_minor > 0


def _disputed(sub: Subscription) -> bool:
    latest = max(sub.invoices, key=lambda i: i.created_at, default=None)
    return latest is not None and latest.dispute_status not in (None, "won", "warning_closed")


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
    right = access(list(subscriptions), policy())
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
