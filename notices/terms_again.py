"""The terms told again: once a year, and before a year is paid for, to whoever goes on paying."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Insert, Integer, Text, bindparam, cast, extract, func
from sqlalchemy.orm import Session

from billing.models import Subscription
from core import settings
from notices import in_sets

KIND = "annual"
STILL_TIMELY = 2
BEFORE_A_YEAR = timedelta(days=28)
MONTHS = bindparam("months", type_=Integer)

_ends = Subscription.period_ends_at
_age = func.age(in_sets.NOW, func.coalesce(Subscription.trial_ends_at, Subscription.created_at))


def find(db: Session, *, now: datetime) -> None:
    """Owe what a subscription costs and how it is left: every ``terms_notice_months`` after its
    first charge, and four weeks before a year's payment. Once for each.

    California asks for it every year (Business and Professions Code 17602), Massachusetts 5 to 30
    days before a long term is renewed (940 CMR 38.05); everybody gets it.
    """
    connection = db.connection()
    months = settings.current().terms_notice_months
    connection.execute(_ON_THE_DAY, {"now": now, "months": months})
    connection.execute(_BEFORE_A_YEAR, {"now": now})


def _owing(which: ColumnElement[str], *falls: ColumnElement[bool]) -> Insert:
    """Owe it to everybody who goes on paying and on whose day it is; ``which`` names the day."""
    due = in_sets.due(
        f"{KIND}:" + Subscription.stripe_id + ":" + which,
        Subscription.stripe_id,
        *falls,
        Subscription.status == "active",
        Subscription.cancel_at_period_end.is_(False),
        Subscription.cancel_at.is_(None),
        func.coalesce(Subscription.pause_behavior, "") == "",
    )
    return in_sets.owing(KIND, due)


def _months_passed() -> ColumnElement[int]:
    """Whole calendar months as PostgreSQL counts an age: 31 January to 28 February is none."""
    return cast(extract("year", _age) * 12 + extract("month", _age), Integer)


_passed = _months_passed()
_ON_THE_DAY = _owing(
    "month " + cast(_passed, Text),
    _passed >= MONTHS,
    _passed % MONTHS == 0,
    extract("day", _age) < STILL_TIMELY,
)
_BEFORE_A_YEAR = _owing(
    "before " + in_sets.written(_ends, in_sets.DAY),
    Subscription.interval == "year",
    _ends > in_sets.NOW,
    _ends <= in_sets.NOW + BEFORE_A_YEAR,
)
