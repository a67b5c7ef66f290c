"""No notice, no charge: a trial whose reminder was not accepted in time ends later."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import alarms, audit, changes, writes
from billing.gateway import Stripe
from billing.models import Subscription
from billing.terms import REMINDER_LEAD, REMINDER_WINDOW
from core import zones
from core.errors import DomainError
from notices import owed
from notices.in_sets import SHORT_TRIAL_SPARES
from notices.models import Notice

log = logging.getLogger(__name__)
MOVED = "trial.moved"


def unwarned(db: Session, *, now: datetime) -> list[Subscription]:
    """The trials that would charge a person who has not been told early enough."""
    near = (
        select(Subscription, Notice.accepted_at)
        .outerjoin(Notice, Notice.key == owed.REMINDER_KEY)
        .where(
            Subscription.status == "trialing",
            Subscription.trial_ends_at > now,
            Subscription.trial_ends_at < now + REMINDER_LEAD,
            Subscription.cancel_at_period_end.is_(False),
            Subscription.cancel_at.is_(None),
        )
    )
    return [sub for sub, told_at in db.execute(near) if _is_late(sub, told_at, now)]


def _is_late(sub: Subscription, told_at: datetime | None, now: datetime) -> bool:
    assert sub.trial_ends_at is not None
    last_moment = sub.trial_ends_at - lead(sub)
    return now > last_moment and (told_at is None or told_at > last_moment)


class KeptTooLate(DomainError):
    """A trial that was cancelled would end later once more, for a reminder that its cancelling
    held back."""

    status = 409
    sentence = (
        "It is too late to keep this trial: we could not remind you in time before the payment, "
        "and it has been made longer for that once. Nothing is charged, and you can subscribe "
        "when it has ended."
    )


def check_keeping(db: Session, member_id: int, *, now: datetime) -> None:
    """Refuse to keep a cancelled trial that would end later for it, where one did before: who
    cancels and keeps in turns would never pay. By the mirror. Raises ``KeptTooLate``."""
    trials = (
        select(Subscription, Notice.accepted_at)
        .outerjoin(Notice, Notice.key == owed.REMINDER_KEY)
        .where(Subscription.member_id == member_id, Subscription.status == "trialing")
    )
    for sub, told_at in db.execute(trials):
        moved = audit.newest(db, member_id, MOVED, subscription=sub.stripe_id)
        if moved is not None and changes.is_leaving(sub) and _is_late(sub, told_at, now):
            raise KeptTooLate


def end_if_kept(db: Session, sub: Subscription, *, now: datetime) -> datetime | None:
    """When a cancelled trial ends if it is kept now: as was told, or when its reminder can still
    come in time."""
    told_at = db.scalar(
        select(Notice.accepted_at)
        .join(Subscription, Notice.key == owed.REMINDER_KEY)
        .where(Subscription.id == sub.id)
    )
    is_late = sub.trial_ends_at is not None and _is_late(sub, told_at, now)
    return soonest(now=now) if is_late else sub.trial_ends_at


def lead(sub: Subscription) -> timedelta:
    """How long before the charge a person must know: 168 hours, less only where the whole trial
    is shorter and was reminded when it began."""
    assert sub.trial_ends_at is not None
    length = sub.trial_ends_at - (sub.trial_started_at or sub.created_at)
    return max(timedelta(), min(REMINDER_LEAD, length - SHORT_TRIAL_SPARES))


def soonest(*, now: datetime) -> datetime:
    """The earliest end of a trial of which a person can still be reminded in time from now on."""
    return (now + REMINDER_LEAD + REMINDER_WINDOW).replace(microsecond=0)


def move(db: Session, stripe: Stripe, sub: Subscription, *, now: datetime) -> datetime:
    """End ``sub``'s trial later, so that its reminder can still come in time; returns when.

    The reminder that follows names the new day. The case waits for the operator.
    """
    before = sub.trial_ends_at
    assert before is not None
    later = writes.once(db, _moving(stripe, sub.stripe_id, before, soonest(now=now)), now=now)
    day = zones.day(later.date())
    words = f"No reminder was accepted in time. The trial ends on {day} instead."
    about = f"{sub.stripe_id}:{before.isoformat()}"
    alarms.call(db, "trial.unwarned", about, words, member_id=sub.member_id, now=now)
    audit.note(
        db,
        now=now,
        actor="matinee",
        action=MOVED,
        reason="no reminder was accepted 168 hours before the charge",
        member_id=sub.member_id,
        before={"subscription": sub.stripe_id, "trial_ends_at": before.isoformat()},
        after={"trial_ends_at": later.isoformat()},
    )
    log.warning("trial.moved", extra={"subscription_id": sub.id})
    return later


def _moving(
    stripe: Stripe, subscription_id: str, before: datetime, later: datetime
) -> writes.Write[datetime]:
    def _make(key: str) -> datetime:
        stripe.move_trial_end(subscription_id, later, key=key)
        return later

    def _find(since: datetime) -> datetime | None:
        at_stripe = stripe.subscription(subscription_id).trial_ends_at
        return at_stripe if at_stripe != before else None

    return writes.Write(f"unwarned:{subscription_id}:{before.isoformat()}", _make, _find)
