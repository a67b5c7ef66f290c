"""More free days inside a running trial: moved at Stripe, so that the first charge moves too."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from billing import holding, writes
from billing.gateway import Stripe
from billing.models import Subscription
from core.errors import DomainError

MOST_DAYS = 90
LONGEST_TRIAL = timedelta(days=730)


class NoTrialToExtend(DomainError):
    """There is no running trial, so there is no end to move."""

    status = 409
    sentence = "There is no running trial. You can give free days instead."


class TrialTooLong(DomainError):
    """Stripe keeps no trial that is longer than two years."""

    status = 409
    sentence = "A trial may last two years in all, and this one would be longer."


def end_after(sub: Subscription, days: int, *, no_sooner: datetime) -> datetime:
    """When ``sub``'s trial ends with ``days`` more: never before ``no_sooner``, the first instant
    of which its person can still be reminded in time. Raises ``NoTrialToExtend``."""
    if sub.status != "trialing" or sub.trial_ends_at is None:
        raise NoTrialToExtend
    return max(sub.trial_ends_at + timedelta(days=days), no_sooner)


def extend(
    db: Session,
    stripe: Stripe,
    member_id: int,
    days: int,
    *,
    no_sooner: datetime,
    actor: str,
    reason: str,
    key: str,
    now: datetime,
) -> datetime:
    """Move the end of the member's running trial; returns the new one.

    The reminder of the old day is no longer true and is not sent; one of the new day is owed.
    The same ``key`` again is the same act. Raises ``NoTrialToExtend`` and ``TrialTooLong``.
    """
    try:
        sub = holding.known(db, member_id)
    except holding.NothingToCancel as none:
        raise NoTrialToExtend from none
    name = f"extend:{key}:{days}"
    asked = end_after(sub, days, no_sooner=no_sooner).isoformat()
    ends = datetime.fromisoformat(writes.first_said(db, name, asked, now=now))
    if ends - (sub.trial_started_at or sub.created_at) > LONGEST_TRIAL:
        raise TrialTooLong
    before = sub.trial_ends_at
    with holding.audited(
        db,
        sub,
        "trial.extended",
        actor=actor,
        reason=reason,
        before={"trial_ends_at": before.isoformat() if before else None},
        after={"trial_ends_at": ends.isoformat(), "days": days},
        now=now,
    ):
        writes.once(db, _moving(stripe, sub.stripe_id, ends, name), now=now)
    return ends


def _moving(
    stripe: Stripe, subscription_id: str, ends: datetime, name: str
) -> writes.Write[datetime]:
    def _make(key: str) -> datetime:
        stripe.move_trial_end(subscription_id, ends, key=key)
        return ends

    def _find(since: datetime) -> datetime | None:
        at_stripe = stripe.subscription(subscription_id).trial_ends_at
        return at_stripe if at_stripe == ends.replace(microsecond=0) else None

    return writes.Write(name, _make, _find)
