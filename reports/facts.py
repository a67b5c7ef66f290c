"""How facts are noted, from whichever part of the path they happen on, and their months made."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Uuid, cast, exists, func, select, text
from sqlalchemy.orm import Session

from reports.models import Fact, FactName

MONTHS_AHEAD = 3
NOTE = text(
    """
    WITH given AS (
        SELECT DISTINCT ON (name) md5(kind || ':' || key)::uuid AS name, f.*
        FROM jsonb_to_recordset(cast(:facts AS jsonb)) AS f (
            place int, kind text, key text, at timestamptz, visitor_id bigint, member_id bigint,
            title_id bigint, subscription_id bigint, data jsonb)
        ORDER BY name, place
    ), new AS (
        INSERT INTO fact_name (name) SELECT name FROM given
        ON CONFLICT DO NOTHING RETURNING name
    ), noted AS (
        INSERT INTO fact (kind, key, at, noted_at, visitor_id, member_id, title_id,
                          subscription_id, data)
        SELECT kind, key, at, :now, visitor_id, member_id, title_id, subscription_id, data
        FROM given JOIN new USING (name)
        RETURNING 1
    )
    SELECT count(*) FROM noted
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One fact before it is a row. ``key`` is the thing's own name among those of its kind."""

    kind: str
    key: str
    at: datetime
    visitor_id: int | None = None
    member_id: int | None = None
    title_id: int | None = None
    subscription_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def record(
    db: Session,
    kind: str,
    key: str,
    *,
    at: datetime,
    now: datetime,
    visitor_id: int | None = None,
    member_id: int | None = None,
    title_id: int | None = None,
    subscription_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Note that ``kind`` happened at ``at``; the same ``key`` again changes nothing."""
    fact = Noted(
        kind=kind,
        key=key,
        at=at,
        visitor_id=visitor_id,
        member_id=member_id,
        title_id=title_id,
        subscription_id=subscription_id,
        data=data or {},
    )
    record_all(db, [fact], now=now)


def record_all(db: Session, found: Sequence[Noted], *, now: datetime) -> int:
    """Note many facts in one statement, in the caller's transaction: they are kept with it or not
    at all. Returns how many were new. Of two with one key the first one stays."""
    if not found:
        return 0
    make_months(db, (fact.at.astimezone(UTC).date() for fact in found))
    facts = json.dumps([_plain(fact, place) for place, fact in enumerate(found)])
    return int(db.execute(NOTE, {"facts": facts, "now": now}).scalar_one())


def _plain(fact: Noted, place: int) -> dict[str, Any]:
    return {
        "place": place,
        "kind": fact.kind,
        "key": fact.key,
        "at": fact.at.isoformat(),
        "visitor_id": fact.visitor_id,
        "member_id": fact.member_id,
        "title_id": fact.title_id,
        "subscription_id": fact.subscription_id,
        "data": fact.data,
    }


def steps_of(
    db: Session,
    visitor_id: int,
    title_ids: Collection[int],
    kinds: Collection[str],
    since: datetime,
) -> set[tuple[int | None, str]]:
    """Which of ``kinds`` a browser has come to on films since an instant, by the film's id."""
    steps = select(Fact.title_id, Fact.kind).where(
        Fact.visitor_id == visitor_id,
        Fact.at >= since,
        Fact.title_id.in_(title_ids),
        Fact.kind.in_(kinds),
    )
    return {(title_id, kind) for title_id, kind in db.execute(steps.distinct())}


def make_months(db: Session, days: Iterable[date]) -> None:
    """Have the partitions of the months in which ``days`` lie."""
    months = sorted({day.replace(day=1) for day in days})
    db.execute(
        text("SELECT make_fact_month(month) FROM unnest(cast(:months AS date[])) AS month"),
        {"months": months},
    )


def make_months_ahead(db: Session, *, now: datetime) -> None:
    """Have the partitions of this month and the next ones before anything happens in them."""
    first = now.astimezone(UTC).date().replace(day=1)
    ahead = [(first.month - 1 + number) for number in range(MONTHS_AHEAD + 1)]
    make_months(db, (date(first.year + n // 12, n % 12 + 1, 1) for n in ahead))


def is_noted(kind: str, key: ColumnElement[str]) -> Exists:
    """Whether the fact ``key`` of ``kind`` is there, as a condition of a query."""
    name = cast(func.md5(func.concat(kind, ":", key)), Uuid)
    return exists(select(FactName.name).where(FactName.name == name))
