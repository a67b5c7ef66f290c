"""Cohorts drawn from the trial stories: the figures of ``reports/conversion.py``."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports import periods, ready_stories, ready_trial_days, waits
from reports.conversion import Cohort, Conversion
from reports.outcomes import Outcome
from reports.periods import EVER, By, Period
from reports.rates import Rate
from reports.ready_stories import APART, STORIES, Asked
from reports.ready_trial_days import IS_OLD, IS_YOUNG
from reports.spans import DAY_US, EPOCH, GRAIN, us

# Two looks into an index; a cell in which nothing is counted prints no row.
EDGES = text(
    "SELECT min(started_us) AS first, max(started_us) AS last FROM trial_story"
    " WHERE started_us >= :first AND started_us < :after"
)
IN_CELL = "width_bucket({}, cast(:edges AS bigint[]))"
OF_TRIAL = IN_CELL.format("started_us")
OF_DAY, OF_ITS_END = (
    IN_CELL.format(each) for each in ("everybody.day_us", f"everybody.day_us + {DAY_US} - 1")
)
DAYS = ready_trial_days.query(
    f"{OF_DAY} AS cell, {IS_OLD} AS is_old, kept.starts, kept.outcomes, kept.leaving_us,"
    " kept.carded_us, kept.uncarded_us, kept.unpaid_us, kept.began, kept.waits, kept.kept_waits",
    f"({IS_OLD} OR {IS_YOUNG}) AND {OF_DAY} = {OF_ITS_END}",
)
OUTCOMES = ", ".join(f"count(*) FILTER (WHERE outcome = '{outcome}')" for outcome in Outcome)
WAIT = "converted_us - started_us"
COHORTS = text(
    f"""{APART}
    SELECT {OF_TRIAL} AS cell, count(*) AS starts, count(*) FILTER (WHERE is_old) AS old,
           count(*) FILTER (WHERE is_old AND has_converted) AS won,
           count(*) FILTER (WHERE is_old AND has_converted AND kept) AS kept,
           ARRAY[{OUTCOMES}] AS outcomes,
           coalesce(string_agg(int8send({WAIT}), ''::bytea ORDER BY {WAIT}), ''::bytea) AS waits
    FROM story WHERE NOT fraud GROUP BY 1
    """  # noqa: S608  # put together from names of our own
)
CURVE = text(
    f"""{APART}
    SELECT least((:as_of - started_us) / :day, :days) AS age,
           ({WAIT} + :day - 1) / :day AS converted, count(*) AS number
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
    given |= {"edges": edges}
    days, apart = ready_trial_days.parted(db, DAYS, given)
    total, cells = Counts(), defaultdict[int, Counts](Counts)
    for row in (*(_of_day(day, given) for day in days), *db.execute(COHORTS, apart)):
        if row.starts:
            cells[row.cell].add(row)
            total.add(row)
    made = _Cells(db, given, as_of)
    cheats = db.scalar(FRAUD, given) or 0
    return Conversion(
        cohorts=tuple(made.cohort(labels[cell - 1], cells[cell], cell) for cell in sorted(cells)),
        total=made.cohort("all", total, None),
        curve=_curve(db, days, apart, horizon.days),
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
class _Counted:
    """What is counted of the trials of a day, as the rows of ``COHORTS`` have it."""

    cell: int
    starts: int
    old: int
    won: int
    kept: int
    outcomes: Sequence[int]
    waits: bytes


def _of_day(row: Row[Any], given: Asked) -> _Counted:
    """A day of which all trials are old, or none."""
    old = won = kept = 0
    if row.is_old:
        old = row.starts
        won = bisect_right(waits.numbers(row.waits), given["horizon"])
        kept = bisect_right(waits.numbers(row.kept_waits), given["horizon"])
    outcomes = _by_now(row, given["as_of"], given["window"])
    return _Counted(row.cell, row.starts, old, won, kept, outcomes, row.waits)


def _by_now(row: Row[Any], as_of: int, window: int) -> list[int]:
    """What became of a day's trials, of whom some await what time brings."""
    found = dict(zip(Outcome, row.outcomes, strict=True))
    leaving, unpaid = waits.numbers(row.leaving_us), waits.numbers(row.unpaid_us)
    gone, lost = bisect_right(leaving, as_of), bisect_right(unpaid, as_of - window)
    found[Outcome.LOST_VOLUNTARY] += gone
    found[Outcome.CANCELLING] += len(leaving) - gone
    found[Outcome.LOST_PAYMENT] += lost
    found[Outcome.COLLECTING] += len(unpaid) - lost
    for packed, loss in (
        (row.carded_us, Outcome.LOST_PAYMENT),
        (row.uncarded_us, Outcome.LOST_NO_METHOD),
    ):
        over = waits.numbers(packed)
        ended, lost = bisect_right(over, as_of), bisect_right(over, as_of - window)
        found[loss] += lost
        found[Outcome.COLLECTING] += ended - lost
        found[Outcome.RUNNING] += len(over) - ended
    return list(found.values())


@dataclass(slots=True)
class Counts:
    """What is counted of a cell."""

    starts: int = 0
    old: int = 0
    won: int = 0
    kept: int = 0
    outcomes: list[int] = field(default_factory=lambda: [0 for _ in Outcome])
    waits: list[Sequence[int]] = field(default_factory=list)

    def add(self, row: _Counted | Row[Any]) -> None:
        """Count in the trials of some time."""
        self.starts += row.starts
        self.old += row.old
        self.won += row.won
        self.kept += row.kept
        self.outcomes = [a + b for a, b in zip(self.outcomes, row.outcomes, strict=True)]
        self.waits.append(waits.numbers(row.waits))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes cohorts of what was counted; their lists are read when they are opened."""

    db: Session
    given: Asked
    as_of: datetime

    def cohort(self, label: str, counts: Counts, cell: int | None) -> Cohort:
        lists = partial(self._list, cell)
        median = waits.middle_of(counts.waits)
        return Cohort(
            label=label,
            starts=lists(LISTS["starts"], counts.starts),
            old=lists(LISTS["old"], counts.old),
            converted=lists(LISTS["converted"], counts.won),
            kept=lists(LISTS["kept"], counts.kept),
            ever=lists(LISTS["ever"], sum(map(len, counts.waits))),
            outcomes={
                outcome: lists(f"outcome = '{outcome}'", number)
                for outcome, number in zip(Outcome, counts.outcomes, strict=True)
            },
            median_wait=None if median is None else median * GRAIN,
        )

    def _list(self, cell: int | None, where: str, length: int) -> Any:
        given = self.given
        if cell is not None:  # the cell's own edges, by which an index finds its trials
            edges = [*given["edges"], given["after"]]
            first, after = edges[cell - 1], min(edges[cell], given["after"])
            given = {**given, "first": max(first, given["first"]), "after": after}
        inside = f"NOT fraud AND {where}"
        return ready_stories.listed(self.db, given, self.as_of, inside, length)


def _curve(db: Session, whole: Sequence[Row[Any]], apart: Asked, days: int) -> tuple[Rate, ...]:
    """C(K,h) for h = 0..``days``: of whole days, and of what is counted apart by age and wait in
    whole days."""
    young_us = apart["as_of"] - (days + 1) * DAY_US
    aged = [row for row in whole if row.day_us <= young_us]
    took = sorted(chain.from_iterable(waits.numbers(row.waits) for row in aged))
    old = [sum(row.starts for row in aged)] * (days + 1)
    won = [bisect_right(took, day * DAY_US) for day in range(days + 1)]
    for row in whole:
        if row.day_us > young_us:
            _count_in(row, old, won, apart["as_of"])
    for row in db.execute(CURVE, {**apart, "day": DAY_US, "days": days}):
        for day in range(row.age + 1):
            old[day] += row.number
            won[day] += row.number if row.converted is not None and row.converted <= day else 0
    return tuple(map(Rate, won, old))


def _count_in(row: Row[Any], old: list[int], won: list[int], as_of: int) -> None:
    """Count a whole day into a curve that it is too young for. Up to some age all of its trials are
    old enough, and at the next one those that began early in the day."""
    took = waits.numbers(row.waits)
    passed, part = divmod(as_of - row.day_us, DAY_US)
    for day in range(min(passed, len(old))):
        old[day] += row.starts
        won[day] += bisect_right(took, day * DAY_US)
    if 0 <= passed < len(old):
        early = [into <= part for into in waits.numbers(row.began)]
        old[passed] += sum(early)
        won[passed] += sum(early[: bisect_right(took, passed * DAY_US)])
