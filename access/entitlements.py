"""From the mirror of Stripe to the right to watch: read by the status table, kept as one row."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from access import status_table, time_ledger
from access.models import Entitlement
from access.status_table import Bill, Held, Policy, Right
from access.time_ledger import Days, Span
from billing import audit, customers, ends, giving
from billing.case_models import Given
from billing.models import Subscription
from core import settings

log = logging.getLogger(__name__)

CATALOGUE = "catalogue"
Owned = TypeVar("Owned", Subscription, Given, Entitlement)
CYCLE = "subscription_cycle"


def policy() -> Policy:
    """The policy in force, from the settings."""
    found = settings.current()
    return Policy(
        grace_first_charge=timedelta(days=found.grace_days_first_charge),
        grace_renewal=timedelta(days=found.grace_days_renewal),
        retries=timedelta(days=found.retry_days),
        refund_ends_access=found.refund_ends_access,
    )


def right_of(subscriptions: Iterable[Subscription]) -> Right | None:
    """What our mirror of ``subscriptions`` gives by the status table, or ``None``."""
    return status_table.access(map(held, subscriptions), policy())


def held(sub: Subscription) -> Held:
    """A mirrored subscription in the words of the status table."""
    coming = ends.being_charged(sub)
    return Held(
        status=sub.status,
        trial_ends_at=sub.trial_ends_at,
        period_starts_at=sub.period_starts_at,
        period_ends_at=sub.period_ends_at,
        leaves_at=leaves_at(sub),
        pause=sub.pause_behavior,
        failing_since=sub.first_failed_at,
        bills=tuple(
            Bill(
                created_at=invoice.created_at,
                total_minor=invoice.total_minor,
                paid=invoice.status == "paid",
                paid_back=invoice.is_paid_back,
                left_out=invoice.status == "void" and invoice.billing_reason == CYCLE,
                dispute=invoice.dispute_status,
                disputed_at=invoice.disputed_at,
                coming=invoice is coming,
            )
            for invoice in sub.invoices
        ),
    )


def leaves_at(sub: Subscription) -> datetime | None:
    """When ``sub`` is set to end by itself."""
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
    right = _with_given(subscriptions, giving.of_member(db, member_id), now)
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


def otherwise_derived(db: Session, members: Collection[int], *, now: datetime) -> set[int]:
    """Those of ``members`` for whom the gate reads another row than the mirror and the days given
    say. The same few queries, however many they are."""
    subs = _by_member(
        db.scalars(
            select(Subscription)
            .where(Subscription.member_id.in_(members))
            .options(selectinload(Subscription.invoices))
        )
    )
    given = _by_member(giving.of_members(db, members))
    kept = _by_member(
        db.scalars(
            select(Entitlement).where(
                Entitlement.member_id.in_(members), Entitlement.feature == CATALOGUE
            )
        )
    )
    return {
        one
        for one in members
        if not _says(next(iter(kept[one]), None), _with_given(subs[one], given[one], now))
    }


def _by_member(rows: Iterable[Owned]) -> defaultdict[int, list[Owned]]:
    found: defaultdict[int, list[Owned]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return found


def _says(kept: Entitlement | None, right: Right | None) -> bool:
    if right is None:
        return kept is None or kept.why == "ended"
    return kept is not None and (kept.until, kept.why) == (right.until, right.why)


def _with_given(
    subscriptions: Sequence[Subscription], given: Sequence[Given], now: datetime
) -> Right | None:
    """What the subscriptions give, or days that were given and begin where those end."""
    right = right_of(subscriptions)
    if not given:
        return right
    counted = [Days(one.kind, one.starts_at, timedelta(days=one.days)) for one in given if one.days]
    dated = [Span(one.kind, one.starts_at, one.ends_at) for one in given if one.ends_at]
    spans = [span for sub in subscriptions for span in _spans(sub)]
    last = time_ledger.open_until(time_ledger.laid_out([*spans, *dated], counted), now=now)
    if last is None or (right is not None and right.until >= last.ends_at):
        return right
    return Right(last.ends_at, last.kind)


def _spans(sub: Subscription) -> list[Span]:
    """The time that a subscription has had and has: its trial, what was paid, its pause."""
    right = right_of([sub])
    end = right.until if right else sub.ended_at or sub.period_starts_at or sub.created_at
    trial_end = min(sub.trial_ends_at or sub.created_at, end)
    found = [
        Span("trial", sub.created_at, trial_end),
        Span("paid", max(trial_end, sub.created_at), end),
    ]
    if sub.pause_resumes_at is not None:
        found.append(Span("pause", end, sub.pause_resumes_at))
    return [span for span in found if span.starts_at < span.ends_at]


def due(db: Session, *, now: datetime) -> list[int]:
    """Members with days given whose right may change by the calendar alone: it has run out and is
    not kept as ended, a pause goes before it, or it was never derived and is not over."""
    ends = func.coalesce(Given.ends_at, Given.starts_at + func.make_interval(0, 0, 0, Given.days))
    paused = exists().where(
        Subscription.member_id == Given.member_id, Subscription.pause_resumes_at.is_not(None)
    )
    run_out = (Entitlement.until <= now) & (Entitlement.why != "ended")
    kept = (Entitlement.member_id == Given.member_id) & (Entitlement.feature == CATALOGUE)
    waiting = (
        select(Given.member_id)
        .outerjoin(Entitlement, kept)
        .where(or_(run_out, paused, Entitlement.id.is_(None) & (ends > now)))
    )
    return list(db.scalars(waiting.distinct().order_by(Given.member_id)))


def refresh_given(db: Session, member_id: int, *, now: datetime) -> None:
    """Open what was given and begins by the calendar alone. Stripe's news wait meanwhile, so that
    nothing older is written over them."""
    customers.lock_member(db, member_id)
    for customer in customers.of_member(db, member_id):
        customers.lock(db, str(customer.stripe_id))
    refresh(db, member_id, now=now, reason="time passed")


def _ended(before: tuple[datetime, str] | None, now: datetime) -> tuple[datetime, str] | None:
    if before is None or before[1] == "ended":
        return before
    return (min(before[0], now), "ended")


def _said(state: tuple[datetime, str] | None) -> dict[str, str]:
    return {} if state is None else {"until": state[0].astimezone(UTC).isoformat(), "why": state[1]}
