"""When the next payment of a subscription falls due, and whether one will come at all."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from billing import changes, charge_calendar, pauses
from billing.models import Subscription

PAYING = ("trialing", "active", "past_due")


def at(sub: Subscription) -> datetime | None:
    """When the next payment falls due if ``sub`` goes on, or is kept, as it is: of what is paused
    with the first period that begins after the pause."""
    if sub.status == "trialing":
        return sub.trial_ends_at
    resumes = sub.pause_resumes_at
    if resumes is None or sub.period_ends_at is None or sub.interval not in charge_calendar.MONTHS:
        return resumes or sub.period_ends_at
    turns = (pauses.turn(sub, number) for number in count())
    return next(turn for turn in turns if turn >= resumes)


def will_come_at(sub: Subscription) -> datetime | None:
    """The same, of a payment that comes by itself: none does of what has ended, was cancelled, or
    is paused without a day on which it goes on."""
    has_no_day = sub.pause_behavior is not None and sub.pause_resumes_at is None
    if sub.status not in PAYING or changes.is_leaving(sub) or has_no_day:
        return None
    return at(sub)
