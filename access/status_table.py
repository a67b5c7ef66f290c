"""The status table: which right to watch a state of Stripe's gives. Plain values in, a value out.

A status that is not named here gives nothing, so one that Stripe invents tomorrow opens no gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIAL_SLACK = timedelta(hours=3)
RENEWAL_SLACK = timedelta(hours=24)
HARMLESS_DISPUTES = (
    "won",
    "prevented",
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
)


@dataclass(frozen=True)
class Policy:
    """The operator's choices that bear on access."""

    grace_first_charge: timedelta
    grace_renewal: timedelta
    retries: timedelta
    refund_ends_access: bool = True


@dataclass(frozen=True)
class Bill:
    """An invoice as the table reads it. ``paid`` is whether it is settled, were it for nothing;
    ``paid_back`` whether all that the card paid of it was given back; ``coming`` whether Stripe
    charges it within the hour; ``left_out`` whether it was voided, as one for the time of a pause
    is."""

    created_at: datetime
    total_minor: int
    paid: bool
    paid_back: bool = False
    left_out: bool = False
    dispute: str | None = None
    disputed_at: datetime | None = None
    coming: bool = False


@dataclass(frozen=True)
class Held:
    """A subscription as the table reads it. ``leaves_at`` is when it is set to end by itself."""

    status: str
    trial_ends_at: datetime | None = None
    period_starts_at: datetime | None = None
    period_ends_at: datetime | None = None
    leaves_at: datetime | None = None
    pause: str | None = None
    failing_since: datetime | None = None
    bills: tuple[Bill, ...] = ()


@dataclass(frozen=True)
class Right:
    """May watch until an instant, because of a state of Stripe's."""

    until: datetime
    why: str


def access(held: Iterable[Held], rules: Policy) -> Right | None:
    """The latest right that any of ``held`` gives, or ``None``."""
    rights = [right for one in held if (right := _of_one(one, rules)) is not None]
    return max(rights, key=lambda right: right.until, default=None)


def _of_one(held: Held, rules: Policy) -> Right | None:
    disputes = [bill for bill in held.bills if bill.dispute not in (None, *HARMLESS_DISPUTES)]
    if disputes:
        return _until_disputed(disputes)
    if rules.refund_ends_access and _is_paid_back(held):
        return None
    if held.status == "trialing":
        return _in_trial(held)
    if held.status == "active":
        return _while_active(held)
    if held.status == "past_due":
        return _while_failing(held, rules)
    return None


def _in_trial(held: Held) -> Right | None:
    """The slack covers the hour before Stripe's first charge, and the delivery of its news."""
    if held.trial_ends_at is None:
        return None
    if held.leaves_at is not None:
        return Right(min(held.leaves_at, held.trial_ends_at), "trialing")
    return Right(held.trial_ends_at + TRIAL_SLACK, "trialing")


def _while_active(held: Held) -> Right | None:
    """Until the paid period ends, and a day more where it is about to be renewed."""
    if held.pause == "void":
        return _while_paused(held)
    if held.leaves_at is not None:
        return Right(held.leaves_at, "active")
    if held.period_ends_at is None:
        return None
    return Right(held.period_ends_at + RENEWAL_SLACK, "active")


def _while_paused(held: Held) -> Right | None:
    """Stripe goes on counting periods while it collects nothing: only one that was paid counts, or
    that is paid within the hour."""
    begun, end = held.period_starts_at, held.period_ends_at
    if begun is None or end is None:
        return None
    paid = any((bill.paid or bill.coming) and bill.created_at >= begun for bill in held.bills)
    last = end if paid else begun
    return Right(min(last, held.leaves_at or last), "paused")


def _while_failing(held: Held, rules: Policy) -> Right | None:
    """A renewal is forgiven for longer than a first charge: money has come from it before.

    No longer than Stripe tries again: with the last try that fails the subscription ends. Behind a
    pause nothing is forgiven: films were closed, and a payment that fails opens none.
    """
    if held.failing_since is None or _follows_a_pause(held, held.failing_since):
        return None
    paid_before = any(bill.paid and bill.total_minor > 0 for bill in held.bills)
    grace = rules.grace_renewal if paid_before else rules.grace_first_charge
    last = held.failing_since + min(grace, rules.retries)
    return Right(min(last, held.leaves_at or last), "past_due")


def _follows_a_pause(held: Held, failing_since: datetime) -> bool:
    """Whether the time before a payment failed was the last to be left uncharged."""
    before = [bill for bill in held.bills if bill.created_at <= failing_since]
    settled = [bill for bill in before if bill.paid or bill.left_out]
    newest = max(settled, key=lambda bill: bill.created_at, default=None)
    return newest is not None and newest.left_out


def _until_disputed(disputes: list[Bill]) -> Right | None:
    """Money was taken back by a bank, or may be (an inquiry has taken nothing yet): from that
    instant on nothing is given, however late the news of it."""
    instants = [bill.disputed_at for bill in disputes if bill.disputed_at is not None]
    return Right(min(instants), "disputed") if instants else None


def _is_paid_back(held: Held) -> bool:
    """Whether the newest money that came was given back whole."""
    came = [bill for bill in held.bills if bill.paid and bill.total_minor > 0]
    newest = max(came, key=lambda bill: bill.created_at, default=None)
    return newest is not None and newest.paid_back
