"""Whether a next payment of a subscription will come by itself, and when."""

from __future__ import annotations

from datetime import datetime

from billing import changes, turns
from billing.models import Subscription

PAYING = ("trialing", "active", "past_due")


def will_come_at(sub: Subscription) -> datetime | None:
    """When the next payment falls due: none comes of what has ended, was cancelled, or is paused
    without a day on which it goes on."""
    has_no_day = sub.pause_behavior is not None and sub.pause_resumes_at is None
    if sub.status not in PAYING or changes.is_leaving(sub) or has_no_day:
        return None
    return turns.next_payment_at(sub)
