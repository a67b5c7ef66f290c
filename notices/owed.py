"""Which e-mail is owed to whom: a row for each, kept once, whatever happens twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.models import Milestone, Subscription
from billing.terms import REMINDER_LEAD
from notices.models import Notice

REMINDER_WINDOW = timedelta(hours=12)
STILL_NEWS = timedelta(days=2)

KIND_OF_FACT = {
    "trial_started": "trial_started",
    "paid": "receipt",
    "cancel set": "cancelled",
    "failing": "payment_failed",
    "ended": "ended",
    "refused": "second_trial",
}


def note(db: Session, member_id: int, *, now: datetime) -> None:
    """Owe an e-mail for each milestone of the member that is still news. Repeatable."""
    news = select(Milestone).where(
        Milestone.member_id == member_id, Milestone.at > now - STILL_NEWS
    )
    for milestone in db.scalars(news.order_by(Milestone.id)):
        kind = KIND_OF_FACT.get(milestone.fact.split(":", 1)[0])
        if kind is not None:
            owe(
                db,
                kind,
                f"{kind}:{milestone.object_id}:{milestone.fact}",
                member_id=member_id,
                subscription_id=milestone.subscription_id,
                object_id=milestone.object_id,
                now=now,
            )


def find_reminders(db: Session, *, now: datetime) -> None:
    """Owe the reminder of every trial whose charge is at most 7 days and 12 hours away.

    Visa asks for seven days at least, Mastercard for three to seven; a trial shorter than that
    is reminded when it starts. One per subscription and trial end: a trial that is moved is
    reminded of its new end, and never twice of the same.
    """
    due = select(Subscription).where(
        Subscription.status == "trialing",
        Subscription.trial_ends_at <= now + REMINDER_LEAD + REMINDER_WINDOW,
        Subscription.trial_ends_at > now,
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
    )
    for sub in db.scalars(due):
        assert sub.trial_ends_at is not None
        ends = sub.trial_ends_at.isoformat()
        owe(
            db,
            "trial_ending",
            f"trial_ending:{sub.stripe_id}:{ends}",
            member_id=sub.member_id,
            subscription_id=sub.id,
            object_id=ends,
            now=now,
        )


def owe(
    db: Session,
    kind: str,
    key: str,
    *,
    member_id: int,
    subscription_id: int | None,
    object_id: str,
    now: datetime,
) -> None:
    """Keep that an e-mail is owed; the same ``key`` again changes nothing."""
    db.execute(
        insert(Notice)
        .values(
            member_id=member_id,
            subscription_id=subscription_id,
            kind=kind,
            key=key,
            facts={"object_id": object_id},
            owed_at=now,
            next_try_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


def is_still_true(db: Session, notice: Notice) -> bool:
    """Whether what the e-mail would say still holds, asked right before it is sent."""
    sub = db.get(Subscription, notice.subscription_id) if notice.subscription_id else None
    if notice.kind not in ("trial_ending", "cancelled", "payment_failed", "trial_started"):
        return True
    if sub is None:
        return False
    leaving = bool(sub.cancel_at_period_end or sub.cancel_at)
    if notice.kind == "trial_ending":
        same_end = sub.trial_ends_at and sub.trial_ends_at.isoformat() == notice.facts["object_id"]
        return sub.status == "trialing" and not leaving and bool(same_end)
    if notice.kind == "cancelled":
        return leaving
    if notice.kind == "trial_started":
        return sub.status == "trialing"
    return sub.status == "past_due"
