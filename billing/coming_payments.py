"""When the next payment of a subscription falls due, and whether one will come at all."""

from __future__ import annotations

from datetime import datetime

from billing import changes, pauses
from billing.models import Subscription

PAYING = ("trialing", "active", "past_due")


def at(sub: Subscription) -> datetime | None:
    """When the next payment falls due if ``sub`` goes on, or is kept, as it is."""
    if sub.pause_resumes_at is not None:
        return sub.pause_resumes_at + pauses.BEFORE_BILLING
    return sub.trial_ends_at if sub.status == "trialing" else sub.period_ends_at


def will_come_at(sub: Subscription) -> datetime | None:
    """The same, of a payment that comes by itself: none does of what has ended, was cancelled, or
    is paused without a day on which it goes on."""
    has_no_day = sub.pause_behavior is not None and sub.pause_resumes_at is None
    if sub.status not in PAYING or changes.is_leaving(sub) or has_no_day:
        return None
    return at(sub)
