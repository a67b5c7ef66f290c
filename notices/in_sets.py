"""E-mails owed by the calendar, noted in sets: one statement for everybody whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Insert, Select, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from billing.models import Subscription
from billing.terms import REMINDER_LEAD
from notices.models import Notice

SHORT_TRIAL_SPARES = timedelta(hours=12)
NOW = bindparam("now", type_=DateTime(timezone=True))
SECONDS = 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'
DAY = "YYYY-MM-DD"


def written(at: Any, pattern: str = SECONDS) -> ColumnElement[str]:
    """An instant of Stripe, in whole seconds of UTC, as ``isoformat`` writes it; or its day."""
    return func.to_char(func.timezone("UTC", at), pattern)


def still_in_time() -> ColumnElement[bool]:
    """Whether a trial's charge is as far away as a person must know of it before."""
    ends = Subscription.trial_ends_at
    length = ends - func.coalesce(Subscription.trial_started_at, Subscription.created_at)
    lead = func.least(literal(REMINDER_LEAD), length - literal(SHORT_TRIAL_SPARES))
    return ends - func.greatest(literal(timedelta()), lead) >= NOW


def due(key: ColumnElement[str], object_id: Any, *which: ColumnElement[bool]) -> Select[Any]:
    """The subscriptions that an e-mail is owed for: ``key`` makes each e-mail one of a kind."""
    return select(
        Subscription.member_id,
        Subscription.id.label("subscription_id"),
        key.label("key"),
        object_id.label("object_id"),
    ).where(*which)


def owing(kind: str, found: Select[Any]) -> Insert:
    """The statement that owes ``kind`` for each row of ``due``, at the parameter ``now``. What is
    owed, or was, by its key is left as it is."""
    rows = found.subquery()
    values = {
        "member_id": rows.c.member_id,
        "subscription_id": rows.c.subscription_id,
        "kind": literal(kind),
        "key": rows.c.key,
        "facts": func.jsonb_build_object("object_id", rows.c.object_id),
        "state": literal("owed"),
        "owed_at": NOW,
        "next_try_at": NOW,
        "attempts": literal(0),
    }
    table = Notice.__table__
    return (
        insert(table)  # type: ignore[arg-type]  # a mapped class has a Table
        .from_select(list(values), select(*values.values()))
        .on_conflict_do_nothing(index_elements=["key"])
    )
