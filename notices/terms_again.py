"""The terms told again: once a year, and before a year is paid for, to whoever goes on paying."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Select, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from billing.models import Subscription
from core import settings
from notices import owed

KIND = "annual"
STILL_TIMELY = 2
BEFORE_A_YEAR = timedelta(days=28)


def find(db: Session, *, now: datetime) -> None:
    """Owe what a subscription costs and how it is left: every ``terms_notice_months`` after its
    first charge, and four weeks before a year's payment. Once for each.

    California asks for it every year (Business and Professions Code 17602), Massachusetts 5 to 30
    days before a long term is renewed (940 CMR 38.05); everybody gets it.
    """
    months = settings.current().terms_notice_months
    since = func.coalesce(Subscription.trial_ends_at, Subscription.created_at)
    passed = _months_between(since, now)
    on_the_day = (passed >= months) & (passed % months == 0) & _is_timely(since, now)
    for sub, count in db.execute(_paying(passed).where(on_the_day)):
        _owe(db, sub, f"month {count}", now)
    ends = Subscription.period_ends_at
    renewed_soon = (ends > now) & (ends <= now + BEFORE_A_YEAR)
    for sub, _ in db.execute(_paying(passed).where(Subscription.interval == "year", renewed_soon)):
        assert sub.period_ends_at is not None
        _owe(db, sub, f"before {sub.period_ends_at:%Y-%m-%d}", now)


def _paying(count: ColumnElement[int]) -> Select[Subscription, int]:
    return select(Subscription, count).where(
        Subscription.status == "active",
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
        func.coalesce(Subscription.pause_behavior, "") == "",
    )


def _months_between(since: ColumnElement[datetime], now: datetime) -> ColumnElement[int]:
    """Whole calendar months as PostgreSQL counts an age: 31 January to 28 February is none."""
    age = func.age(literal(now), since)
    return cast(extract("year", age) * 12 + extract("month", age), Integer)


def _is_timely(since: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return extract("day", func.age(literal(now), since)) < STILL_TIMELY


def _owe(db: Session, sub: Subscription, which: str, now: datetime) -> None:
    owed.owe(
        db,
        KIND,
        f"{KIND}:{sub.stripe_id}:{which}",
        member_id=sub.member_id,
        subscription_id=sub.id,
        object_id=sub.stripe_id,
        now=now,
    )
