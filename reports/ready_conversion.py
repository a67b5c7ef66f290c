"""Cohorts drawn from the trial stories: the figures of ``reports/conversion.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports import periods, ready_stories
from reports.conversion import Cohort, Conversion
from reports.outcomes import Outcome
from reports.periods import EVER, By, Period
from reports.rates import Rate
from reports.ready_stories import STORIES, Asked
from reports.spans import EPOCH, GRAIN, us

DAY_US = timedelta(days=1) // GRAIN
# Two looks into an index; a cell in which nothing is counted prints no row.
EDGES = text(
    "SELECT min(started_us) AS first, max(started_us) AS last FROM trial_story"
    " WHERE started_us >= :first AND started_us < :after"
)
IN_CELL = "width_bucket(started_us, cast(:edges AS bigint[]))"
OUTCOMES = ", ".join(
    f"count(*) FILTER (WHERE outcome = '{outcome}') AS {outcome}" for outcome in Outcome
)
COHORTS = text(
    f"""{STORIES}
    SELECT {IN_CELL} AS cell, count(*) AS starts, count(*) FILTER (WHERE is_old) AS old,
           count(*) FILTER (WHERE is_old AND has_converted) AS won,
           count(*) FILTER (WHERE is_old AND has_converted AND kept) AS kept,
           count(converted_us) AS ever,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY (converted_us - started_us)::float8)
               AS median,
           {OUTCOMES}
    FROM story WHERE NOT fraud GROUP BY GROUPING SETS ((cell), ())
    """  # noqa: S608  # put together from names of our own
)
CURVE = text(
    f"""{STORIES}
    SELECT least((:as_of - started_us) / :day, :days) AS age,
           (converted_us - started_us + :day - 1) / :day AS converted, count(*) AS number
    FROM story WHERE NOT fraud GROUP BY 1, 2
    """  # noqa: S608
)
FRAUD = text(f"{STORIES} SELECT count(*) FROM story WHERE fraud")  # noqa: S608
LISTS = {
    "starts": "true",
    "old": "is_old",
    "converted": "is_old AND has_converted",
    "kept": "is_old AND has_converted AND kept",
    "ever": "converted_us IS NOT NULL",
}


def drawn(
    db: Session,
    *,
    as_of: datetime,
    zone: ZoneInfo,
    by: By,
    horizon: timedelta,
    window: timedelta,
    within: Period = EVER,
    source: str | None = None,
) -> Conversion:
    """The report of conversion as ``conversion.drawn`` tells it."""
    given = ready_stories.asked(
        as_of=as_of, within=within, horizon=horizon, window=window, source=source
    )
    labels, edges = _cells(db, given, zone, by)
    found = db.execute(COHORTS, {**given, "edges": edges}).all()
    cells = _Cells(db, {**given, "edges": edges}, as_of)
    rows = sorted((row for row in found if row.cell is not None), key=lambda row: row.cell)
    total = next(row for row in found if row.cell is None)
    cheats = db.scalar(FRAUD, given) or 0
    return Conversion(
        cohorts=tuple(cells.cohort(labels[row.cell - 1], row) for row in rows),
        total=cells.cohort("all", total),
        curve=_curve(db, given, horizon.days),
        fraud=ready_stories.listed(db, given, as_of, "fraud", cheats),
    )


def _cells(db: Session, given: Asked, zone: ZoneInfo, by: By) -> tuple[list[str], list[int]]:
    """The names of the days, weeks or months in which trials began, and where each begins."""
    ends = db.execute(EDGES, given).one()
    if ends.first is None:
        return [], []
    first, last = (EPOCH + edge * GRAIN for edge in (ends.first, ends.last))
    found = list(periods.cells(first, last, zone, by))
    return [name for name, _ in found], [us(period.start) or 0 for _, period in found]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes cohorts of counted rows; their lists are read when they are opened."""

    db: Session
    given: Asked
    as_of: datetime

    def cohort(self, label: str, row: Row[Any]) -> Cohort:
        lists = partial(self._list, row.cell)
        return Cohort(
            label=label,
            starts=lists(LISTS["starts"], row.starts),
            old=lists(LISTS["old"], row.old),
            converted=lists(LISTS["converted"], row.won),
            kept=lists(LISTS["kept"], row.kept),
            ever=lists(LISTS["ever"], row.ever),
            outcomes={
                outcome: lists(f"outcome = '{outcome}'", getattr(row, outcome))
                for outcome in Outcome
            },
            median_wait=None if row.median is None else row.median * GRAIN,
        )

    def _list(self, cell: int | None, where: str, length: int) -> Any:
        inside = f"NOT fraud AND {where}"
        if cell is not None:
            inside += f" AND {IN_CELL} = :cell"
        return ready_stories.listed(self.db, self.given, self.as_of, inside, length, cell=cell)


def _curve(db: Session, given: Asked, days: int) -> tuple[Rate, ...]:
    """C(K,h) for h = 0..``days``: counted once by age and wait in whole days."""
    found: Sequence[Row[Any]] = db.execute(CURVE, {**given, "day": DAY_US, "days": days}).all()
    return tuple(_rate([row for row in found if row.age >= day], day) for day in range(days + 1))


def _rate(old: Sequence[Row[Any]], day: int) -> Rate:
    won = sum(row.number for row in old if row.converted is not None and row.converted <= day)
    return Rate(won, sum(row.number for row in old))
