"""The funnel drawn from the journeys: the figures of ``reports/funnel.py`` for millions of ways."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.models import Title
from reports import ready_counts
from reports.funnel import STEPS, TO_START, Funnel, Row, Walk
from reports.listed import Listed
from reports.periods import Period
from reports.rates import Rate
from reports.ready_counts import Counts
from reports.ready_ways import LONGEST_GAP, STEP_COLUMNS, WALKED
from reports.spans import EPOCH, GRAIN, us

LISTED = f"""{WALKED}
    SELECT person, title.slug, depth, is_open, {", ".join(STEP_COLUMNS)}
    FROM walk LEFT JOIN title ON title.id = title_id
    WHERE %s
    ORDER BY entered_us, person OFFSET :skip LIMIT :most
"""  # noqa: S608
PEOPLE = text(LISTED % "depth > :number")
OPEN = text(LISTED % "is_open AND depth = :number")
ROBOTS = text(
    f"{WALKED} SELECT person FROM walk WHERE depth = 0"  # noqa: S608
    ' ORDER BY person COLLATE "C" OFFSET :skip LIMIT :most'
)


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


def _walks(db: Session, query: Any, asked: dict[str, Any], skip: int, most: int) -> Sequence[Walk]:
    found = db.execute(query, {**asked, "skip": skip, "most": most})
    return [
        Walk(
            row.person,
            row.slug,
            tuple(EPOCH + getattr(row, name) * GRAIN for name in STEP_COLUMNS[: row.depth]),
            row.is_open,
        )
        for row in found
    ]


def _robots(db: Session, asked: dict[str, Any], skip: int, most: int) -> Sequence[str]:
    return db.scalars(ROBOTS, {**asked, "skip": skip, "most": most}).all()
