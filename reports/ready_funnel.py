"""The funnel drawn from the journeys: the figures of ``reports/funnel.py`` for millions of ways."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Title
from reports import ready_counts, walked
from reports.funnel import STEPS, TO_START, Funnel, Row, Walk
from reports.listed import Key, Listed, Stretch
from reports.periods import Period
from reports.rates import Rate
from reports.ready_counts import Counts
from reports.ready_ways import LONGEST_GAP, STEP_COLUMNS, WALKED
from reports.spans import EPOCH, GRAIN, us

LISTED = [
    f"""{way}
    SELECT person, (SELECT slug FROM title WHERE id = title_id) AS slug, depth, is_open,
           {", ".join(STEP_COLUMNS)}
    FROM walk WHERE """  # noqa: S608
    for way in WALKED
]
PEOPLE = [f"{listed} depth > :number" for listed in LISTED]
OPEN = [f"{listed} is_open AND depth = :number" for listed in LISTED]
ROBOTS = [f"{way} SELECT person FROM walk WHERE depth = 0" for way in WALKED]  # noqa: S608
NO_INSTANT = "0::bigint"  # robots are ordered by name alone


def drawn(
    db: Session,
    *,
    as_of: datetime,
    within: Period,
    horizon: timedelta,
    film: str | None = None,
    source: str | None = None,
) -> Funnel:
    """The funnel of those whose first look lies inside ``within``, as ``funnel.drawn`` tells it."""
    asked = _asked(db, as_of, within, horizon, film) | {"source": source}
    counts = ready_counts.counted(db, asked)
    rows = tuple(_row(db, asked, number, counts) for number in range(len(STEPS)))
    return Funnel(rows, Listed(counts.robots, partial(_robots, db, asked)))


def _asked(
    db: Session, as_of: datetime, within: Period, horizon: timedelta, film: str | None
) -> dict[str, Any]:
    scope = db.scalar(select(Title.id).where(Title.slug == film)) or -1 if film else 0
    return {
        "scope": scope,
        "as_of": us(as_of),
        "first": us(within.start),
        "after": us(within.end),
        "horizon": horizon // GRAIN,
        "to_start": TO_START // GRAIN,
        "longest": LONGEST_GAP,
    }


def _row(db: Session, asked: dict[str, Any], number: int, counts: Counts) -> Row:
    people = counts.reached(number)
    middle = counts.middle(number)
    return Row(
        step=STEPS[number],
        people=Listed(people, partial(_walks, db, PEOPLE, {**asked, "number": number})),
        open=Listed(counts.open(number), partial(_walks, db, OPEN, {**asked, "number": number})),
        of_before=Rate(people, counts.reached(max(number - 1, 0))),
        of_first=Rate(people, counts.reached(0)),
        median_time=None if middle is None else middle * GRAIN,
    )


def _walks(
    db: Session, queries: Sequence[str], asked: dict[str, Any], stretch: Stretch
) -> Sequence[tuple[Key, Walk]]:
    found = walked.read(db, queries, asked, stretch, at="entered_us", name="person")
    return [((row.entered_us, row.person), _walk(row)) for row in found]


def _walk(row: Any) -> Walk:
    reached = (EPOCH + getattr(row, name) * GRAIN for name in STEP_COLUMNS[: row.depth])
    return Walk(row.person, row.slug, tuple(reached), row.is_open)


def _robots(db: Session, asked: dict[str, Any], stretch: Stretch) -> Sequence[tuple[Key, str]]:
    found = walked.read(db, ROBOTS, asked, stretch, at=NO_INSTANT, name="person")
    return [((0, row.person), row.person) for row in found]
