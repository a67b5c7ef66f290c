"""How many ways led how far: whole days from what is kept of them, the rest way by way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import waits
from reports.first_looks import DAY, DAY_US, FIRST, WAITS
from reports.ready_ways import STEP_COLUMNS, STRADDLING, WALK

# A day is taken whole where it lies inside the period, nothing of it is due, no way of it may still
# lead to a trial, and all that is told of it had happened.
WHOLE = f"""
    whole AS MATERIALIZED (
        SELECT day_us FROM first_look AS kept
        WHERE :scope = 0 AND day_us >= :first AND day_us + {DAY_US} <= :after
          AND day_us + {DAY_US} + :to_start <= :as_of
          AND NOT EXISTS (SELECT FROM first_look_due AS due WHERE due.day_us = kept.day_us)
        GROUP BY day_us HAVING max(settled_us) <= :as_of
    )
"""  # noqa: S608  # put together from numbers of our own
BETWEEN = f"""
    between_days AS (
        SELECT lag(day_us + {DAY_US}, 1, :first) OVER (ORDER BY day_us) AS from_us, day_us AS to_us
        FROM whole
        UNION ALL SELECT coalesce(max(day_us) + {DAY_US}, :first), :after FROM whole
    )
"""  # noqa: S608
ENTERED = f"""
    entered AS (
        SELECT apart.*, true AS is_apart FROM between_days CROSS JOIN LATERAL (
            SELECT * FROM journey
            WHERE scope_id = :scope AND gap = -1 AND entered_us >= from_us AND entered_us < to_us
            OFFSET 0
        ) AS apart WHERE from_us < to_us
        UNION ALL SELECT *, true FROM ({STRADDLING}) AS straddling
        UNION ALL
        SELECT *, false FROM journey
        WHERE {FIRST} AND trial_us IS NOT NULL AND entered_us >= :first AND entered_us < :after
          AND {DAY} IN (SELECT day_us FROM whole)
    )
"""  # noqa: S608
# What comes after a trial hangs on the horizon, so it is read from the ways of every day.
PACKED = ", ".join(
    f"string_agg(int8send({now} - {before}), ''::bytea ORDER BY {now} - {before})"
    f" FILTER (WHERE depth > {number}{' AND is_apart' if number <= len(WAITS) else ''})"
    for number, (before, now) in enumerate(pairwise(STEP_COLUMNS), start=1)
)
KEPT = ", ".join(WAITS)
COUNTED = text(
    f"""
    WITH {WHOLE}, {BETWEEN}, {ENTERED}, {WALK}
    SELECT depth, is_open, count(*) AS number, {PACKED} FROM walk
    WHERE is_apart OR depth > {len(WAITS)} GROUP BY depth, is_open
    UNION ALL
    SELECT NULL, NULL, robots, {KEPT}, int8send(people), NULL
    FROM first_look JOIN whole USING (day_us)
    WHERE cast(:source AS text) IS NULL OR source = :source
    """  # noqa: S608  # put together from names of our own
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many ways reached how many steps, by whether they may go on (0 steps: a robot's), and
    for each step how long it took, in sorted parts."""

    numbers: Counter[tuple[int, bool]]
    times: Sequence[Sequence[waits.Part]]

    @property
    def robots(self) -> int:
        return self.reached(-1) - self.reached(0)

    def reached(self, number: int) -> int:
        """How many ways reached step F``number``."""
        return sum(count for (depth, _), count in self.numbers.items() if depth > number)

    def open(self, number: int) -> int:
        """How many got no further than to the step before, and still may."""
        return self.numbers[number, True] if number else 0

    def middle(self, number: int) -> float | None:
        """The median of the microseconds that step F``number`` took."""
        return waits.middle(self.times[number - 1]) if number else None


def counted(db: Session, asked: dict[str, Any]) -> Counts:
    """The ways that ``asked`` is about."""
    numbers: Counter[tuple[int, bool]] = Counter()
    times: list[list[waits.Part]] = [[] for _ in STEP_COLUMNS[1:]]
    for depth, is_open, number, *packed in db.execute(COUNTED, asked):
        if depth is None:
            *packed, people, _ = packed
            numbers += _of_day(number, int.from_bytes(people), packed)
        else:
            numbers[depth, is_open] += number
        for step, each in zip(times, packed, strict=False):
            if each:
                step.append(waits.part(each))
    return Counts(numbers, times)


def _of_day(robots: int, people: int, packed: Sequence[bytes]) -> Counter[tuple[int, bool]]:
    """How far the ways of a day led that reached no trial; they lead no further."""
    reached = [people, *(len(each) // 8 for each in packed)]
    stayed = {(n, False): a - b for n, (a, b) in enumerate(pairwise(reached), start=1)}
    return Counter({(0, False): robots, **stayed})
