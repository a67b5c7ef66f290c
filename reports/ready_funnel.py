"""The funnel drawn from the journeys: the figures of ``reports/funnel.py`` for millions of ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.models import Title
from reports.funnel import STEPS, TO_START, Funnel, Row, Walk
from reports.listed import Listed
from reports.periods import Period
from reports.rates import Rate
from reports.spans import EPOCH, GRAIN, us

LONGEST_GAP = 31
# A period cuts few ways: OFFSET 0 has them looked up by the index, one length of wait at a time.
ENTERED = """
    SELECT * FROM journey
    WHERE scope_id = :scope AND gap = -1 AND entered_us >= :first AND entered_us < :after
    UNION ALL
    SELECT straddling.* FROM generate_series(0, :longest) AS class CROSS JOIN LATERAL (
        SELECT * FROM journey
        WHERE scope_id = :scope AND gap = class AND previous_us < :first AND entered_us >= :first
          AND entered_us < least(:after, :first + (1000000::bigint << class))
        OFFSET 0
    ) AS straddling
"""
WALKED = f"""
    WITH way AS (
        SELECT person, entered_us, title_id, seen_us, clicked_us, account_us, checkout_us, trial_us,
               started_us, played_us, paid_us,
               CASE WHEN robot_us <= :as_of THEN 0
                    WHEN seen_us IS NULL OR seen_us > :as_of THEN 1
                    WHEN clicked_us IS NULL OR clicked_us > :as_of THEN 2
                    WHEN account_us IS NULL OR account_us > :as_of THEN 3
                    WHEN checkout_us IS NULL OR checkout_us > :as_of THEN 4
                    WHEN trial_us IS NULL OR trial_us > :as_of THEN 5
                    WHEN played_us IS NULL OR played_us > :as_of
                         OR played_us > started_us + :horizon THEN 6
                    WHEN paid_us IS NULL OR paid_us > :as_of OR paid_us < played_us
                         OR paid_us > started_us + :horizon THEN 7
                    ELSE 8 END AS depth
        FROM ({ENTERED}) AS entered
        WHERE since_us <= :as_of AND until_us > :as_of AND entered_us <= :as_of
          AND (cast(:source AS text) IS NULL OR source = :source)
    ), walk AS (
        SELECT *, CASE WHEN depth < 6 THEN entered_us + :to_start > :as_of
                       WHEN depth < 8 THEN started_us + :horizon > :as_of
                       ELSE false END AS is_open
        FROM way
    )
"""  # noqa: S608  # put together from the two texts above
COUNTED = text(f"{WALKED} SELECT depth, is_open, count(*) AS number FROM walk GROUP BY 1, 2")  # noqa: S608
STEP_COLUMNS = (
    *("entered_us", "seen_us", "clicked_us", "account_us"),
    *("checkout_us", "trial_us", "played_us", "paid_us"),
)
MIDDLES = ", ".join(
    f"percentile_cont(0.5) WITHIN GROUP (ORDER BY ({now} - {before})::float8)"
    f" FILTER (WHERE depth > {number}) AS step_{number}"
    for number, (before, now) in enumerate(pairwise(STEP_COLUMNS), start=1)
)
MEDIANS = text(f"{WALKED} SELECT {MIDDLES} FROM walk WHERE depth > 1")  # noqa: S608
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
    numbers = {(row.depth, row.is_open): row.number for row in db.execute(COUNTED, asked)}
    medians = db.execute(MEDIANS, asked).one()
    counts = _Counts(numbers)
    rows = tuple(_row(db, asked, number, counts, medians) for number in range(len(STEPS)))
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


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many ways reached how many steps, by whether they may go on; 0 steps: a robot's."""

    numbers: dict[tuple[int, bool], int]

    @property
    def robots(self) -> int:
        return self.reached(-1) - self.reached(0)

    def reached(self, number: int) -> int:
        return sum(count for (depth, _), count in self.numbers.items() if depth > number)

    def open(self, number: int) -> int:
        return self.numbers.get((number, True), 0) if number else 0


def _row(
    db: Session, asked: dict[str, Any], number: int, counts: _Counts, medians: SqlRow[Any]
) -> Row:
    people = counts.reached(number)
    middle = medians[number - 1] if number else None
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
