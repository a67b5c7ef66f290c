"""When the periods of a subscription turn, and with which of them its next payment falls due."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from billing import charge_calendar
from billing.models import Subscription
from billing.stripe_records import SubscriptionRecord


def turn(sub: Subscription | SubscriptionRecord, number: int) -> datetime:
    """When a period begins after the one that runs and ``number`` more."""
    assert sub.period_ends_at is not None
    return charge_calendar.after(sub.period_ends_at, sub.interval, number, day=_anchor_day(sub))


def _anchor_day(sub: Subscription | SubscriptionRecord) -> int:
    """The day of the month on which periods turn, or its last: no two months in a row are too
    short for it, so each period begins or ends on it."""
    begun, ends = sub.period_starts_at, sub.period_ends_at
    assert ends is not None
    if begun is None or charge_calendar.after(begun, sub.interval, 1) != ends:
        return ends.day
    return max(begun.day, ends.day)


def next_payment_at(sub: Subscription | SubscriptionRecord) -> datetime | None:
    """When the next payment falls due if ``sub`` goes on, or is kept, as it is: of what is paused
    with the first period that begins after the pause."""
    if sub.status == "trialing":
        return sub.trial_ends_at
    resumes = sub.pause_resumes_at
    if resumes is None or sub.period_ends_at is None or sub.interval not in charge_calendar.MONTHS:
        return resumes or sub.period_ends_at
    turns = (turn(sub, number) for number in count())
    return next(begins for begins in turns if begins >= resumes)
