"""Which e-mail is owed to whom: a row for each, kept once, whatever happens twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import erasures
from billing import changes, coming_payments, pauses
from billing.models import Invoice, Milestone, Subscription
from billing.terms import REMINDER_LEAD, REMINDER_WINDOW
from notices import in_sets
from notices.models import Notice

STILL_NEWS = timedelta(days=2)
DAY = timedelta(days=1)
FAILURE_MAIL_DAYS = (0, 3, 7)
CARD_LEAD = timedelta(days=21)

KIND_OF_FACT = {
    "trial_started": "trial_started",
    "subscribed": "subscribed",
    "paid": "receipt",
    "cancel set": "cancelled",
    "cancel unset": "resumed",
    "paused": "paused",
    "unpaused": "unpaused",
    "switched": "plan_changed",
    "refunded": "refund",
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
    _note_failures(db, member_id, now)


def _note_failures(db: Session, member_id: int, now: datetime) -> None:
    _owe_failures(db, Subscription.member_id == member_id, now)


def find_failures(db: Session, *, now: datetime) -> None:
    """Owe what falls due by the calendar of a failed payment, with no news from Stripe."""
    _owe_failures(db, Subscription.first_failed_at.is_not(None), now)


def _owe_failures(db: Session, whose: ColumnElement[bool], now: datetime) -> None:
    """Owe one e-mail when the charge of an open invoice is refused, and again after three and
    seven days while it still is; never two within a day, however often it is tried."""
    failing = in_sets.due(
        "payment_failed:" + Invoice.stripe_id + ":day " + _failing_day,
        Invoice.stripe_id,
        whose,
        Invoice.subscription_id == Subscription.id,
        Subscription.status == "past_due",
        Invoice.status == "open",
        Invoice.attempt_count > 0,
        ~_told_of_failure,
    )
    db.flush()  # what was just mirrored is read
    db.connection().execute(in_sets.owing("payment_failed", failing), {"now": now})


_failing_for = in_sets.NOW - func.coalesce(Subscription.first_failed_at, in_sets.NOW)
_failing_day = case(
    *((_failing_for >= day * DAY, str(day)) for day in reversed(FAILURE_MAIL_DAYS) if day),
    else_="0",
)
_told_of_failure = exists().where(
    Notice.kind == "payment_failed",
    Notice.member_id == Subscription.member_id,
    Notice.facts["object_id"].astext == Invoice.stripe_id,
    Notice.owed_at > in_sets.NOW - DAY,
)


def find_reminders(db: Session, *, now: datetime) -> None:
    """Owe the reminder of every trial whose charge is at most 7 days and 12 hours away.

    Visa asks for seven days at least, Mastercard for three to seven; a trial shorter than that
    is reminded when it starts. A trial of which it is too late to remind anybody is not: it ends
    later (``interlock``), and is reminded of that day alone. One per subscription and trial end: a
    trial that is moved is reminded of its new end, and never twice of the same. One that was
    dropped because the trial was cancelled is due again once that is taken back.
    """
    for statement in (_REMINDERS, _REMINDERS_AGAIN):
        db.connection().execute(statement, {"now": now})


_reminder_ends = in_sets.written(Subscription.trial_ends_at)
REMINDER_KEY = "trial_ending:" + Subscription.stripe_id + ":" + _reminder_ends
"""What makes a reminder one of a kind: the subscription and the trial end that it names."""
_to_be_reminded = in_sets.due(
    REMINDER_KEY,
    _reminder_ends,
    Subscription.status == "trialing",
    Subscription.trial_ends_at <= in_sets.NOW + REMINDER_LEAD + REMINDER_WINDOW,
    in_sets.still_in_time(),
    Subscription.cancel_at_period_end.is_(False),
    Subscription.cancel_at.is_(None),
)
_REMINDERS = in_sets.owing("trial_ending", _to_be_reminded)
_REMINDERS_AGAIN = (
    update(Notice)
    .where(Notice.key.in_(select(_to_be_reminded.subquery().c.key)), Notice.state == "dropped")
    .values(state="owed", next_try_at=in_sets.NOW)
)


def find_expiring_cards(db: Session, *, now: datetime) -> None:
    """Owe a word about every card that will not live until its next charge. Once a card."""
    db.connection().execute(_CARDS, {"now": now})


def _month(year: Any, month: Any) -> ColumnElement[int]:
    """A month of the calendar as one number, to be compared."""
    return cast(year, Integer) * 12 + cast(month, Integer)


def _part(number: int) -> ColumnElement[str]:
    return func.split_part(Subscription.card_expires, "/", number)


_charged_at = func.coalesce(
    Subscription.pause_resumes_at + literal(pauses.BEFORE_BILLING), Subscription.period_ends_at
)
_charged_on = func.timezone("UTC", _charged_at)
_CARDS = in_sets.owing(
    "card_expiring",
    in_sets.due(
        func.concat_ws(
            ":",
            "card_expiring",
            Subscription.stripe_id,
            func.coalesce(Subscription.card_last4, "None"),
            Subscription.card_expires,
        ),
        Subscription.stripe_id,
        Subscription.status.in_(("trialing", "active")),
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
        or_(Subscription.pause_behavior.is_(None), Subscription.pause_resumes_at.is_not(None)),
        _charged_at <= in_sets.NOW + CARD_LEAD,
        _charged_at > in_sets.NOW,
        _month(func.concat("20", _part(2)), _part(1))
        < _month(extract("year", _charged_on), extract("month", _charged_on)),
    ),
)


def owe(
    db: Session,
    kind: str,
    key: str,
    *,
    member_id: int | None,
    subscription_id: int | None,
    object_id: str,
    now: datetime,
    address: str | None = None,
) -> None:
    """Keep that an e-mail is owed; the same ``key`` again changes nothing.

    ``address`` is where it goes where there is no member."""
    db.execute(
        insert(Notice)
        .values(
            member_id=member_id,
            address=address,
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
    """Whether what the e-mail would say still holds, and there is somebody to read it, asked right
    before it is sent."""
    if notice.member is not None and notice.member.email.endswith(erasures.NOBODYS):
        return False
    sub = db.get(Subscription, notice.subscription_id) if notice.subscription_id else None
    holds = _HOLDS.get(notice.kind)
    return holds is None or (sub is not None and holds(sub, notice))


def _leaving(sub: Subscription, _: Notice) -> bool:
    return changes.is_leaving(sub)


def _is_charged(sub: Subscription, _: Notice) -> bool:
    return coming_payments.will_come_at(sub) is not None


def _goes_on(sub: Subscription, notice: Notice) -> bool:
    """Whether a pause is over; where going on was charged and not paid, another e-mail says so."""
    is_over = sub.pause_behavior is None and sub.status != "past_due"
    return is_over and _is_charged(sub, notice)


def _first_costs(sub: Subscription, notice: Notice) -> bool:
    """Whether the next payment is the one that the e-mail names, and takes something."""
    at = coming_payments.will_come_at(sub)
    is_this = at is not None and at.isoformat() == notice.facts["object_id"]
    return is_this and sub.next_minor > 0 and sub.pause_behavior is None


def _pause_ends_then(sub: Subscription, notice: Notice) -> bool:
    resumes = sub.pause_resumes_at
    ends = (resumes + pauses.BEFORE_BILLING).isoformat() if resumes else None
    return ends == notice.facts["object_id"] and _is_charged(sub, notice)


def _ends_then(sub: Subscription, notice: Notice) -> bool:
    ends = sub.trial_ends_at.isoformat() if sub.trial_ends_at else None
    goes_on = sub.status == "trialing" and not _leaving(sub, notice)
    return goes_on and ends == notice.facts["object_id"]


_HOLDS: dict[str, Callable[[Subscription, Notice], bool]] = {
    "trial_ending": _ends_then,
    "trial_ends_tomorrow": _ends_then,
    "halfway": _ends_then,
    "cancelled": _leaving,
    "trial_started": lambda sub, _: sub.status == "trialing",
    "subscribed": lambda sub, notice: sub.is_live and not _leaving(sub, notice),
    "first_payment": _first_costs,
    "pause_ending": _pause_ends_then,
    "payment_failed": lambda sub, _: sub.status == "past_due",
    "paused": lambda sub, notice: sub.pause_behavior is not None and not _leaving(sub, notice),
    "resumed": lambda sub, notice: not _leaving(sub, notice),
    "unpaused": _goes_on,
    "annual": lambda sub, notice: sub.status == "active" and _is_charged(sub, notice),
    "card_expiring": _is_charged,
}
