"""How many ways led how far: whole days from what is kept of them, the rest way by way."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports import waits
from reports.first_looks import AFTER, DAY, FIRST, SAMPLES, WAITS
from reports.gaps import between
from reports.ready_ways import STEP_COLUMNS, STRADDLING, WALK
from reports.spans import DAY_US
from reports.waits import Edges, Part

# A day is taken whole where it lies inside the period, nothing of it is due, all that is told of it
# had happened, and either all or none of its ways may still lead to a trial.
NUMBERS = ", ".join(f"octet_length(kept.{name}) / 8 AS {name}" for name in WAITS)
REACHED = tuple(f"{step}_{what}" for step, *_ in AFTER for what in ("reach", "waits"))
KEPT = f"{NUMBERS}, {', '.join(f'kept.{name}' for name in (*SAMPLES, *REACHED))}"
OF_SOURCE = "kept.every = (cast(:source AS text) IS NULL) AND kept.source = coalesce(:source, '')"
WHOLE = text(
    f"""
    SELECT everybody.day_us, kept.people, kept.robots, kept.first_started_us AS first_us,
           kept.last_started_us AS last_us, {KEPT}
    FROM first_look AS everybody
    LEFT JOIN first_look AS kept ON kept.day_us = everybody.day_us AND {OF_SOURCE}
    WHERE everybody.every AND everybody.day_us >= :first
      AND everybody.day_us + {DAY_US} <= :after AND everybody.settled_us <= :as_of
      AND (everybody.day_us + {DAY_US} + :to_start <= :as_of
           OR everybody.day_us + :to_start > :as_of)
      AND NOT EXISTS (SELECT FROM first_look_due AS due WHERE due.day_us = everybody.day_us)
    ORDER BY everybody.day_us
    """  # noqa: S608  # put together from names of our own
)
SLICES = {
    name: text(
        f"""
        SELECT substring(kept.{name} FROM 8 * start + 1 FOR 8 * (after - start))
        FROM unnest(cast(:days AS bigint[]), cast(:starts AS int[]), cast(:afters AS int[]))
             WITH ORDINALITY AS part (day_us, start, after, place)
        JOIN first_look AS kept ON kept.day_us = part.day_us AND {OF_SOURCE}
        ORDER BY place
        """  # noqa: S608  # put together from names of our own
    )
    for name in WAITS
}
ENTERED = f"""
    entered AS (
        SELECT apart.*, true AS is_apart
        FROM unnest(cast(:starts AS bigint[]), cast(:ends AS bigint[])) AS gap (from_us, to_us)
        CROSS JOIN LATERAL (
            SELECT * FROM journey
            WHERE scope_id = :scope AND gap = -1 AND entered_us >= from_us AND entered_us < to_us
            OFFSET 0
        ) AS apart
        UNION ALL SELECT *, true FROM ({STRADDLING}) AS straddling
        UNION ALL
        SELECT *, false FROM journey
        WHERE {FIRST} AND trial_us IS NOT NULL AND {DAY} = ANY(cast(:tried AS bigint[]))
          AND entered_us >= :first_tried AND entered_us < :after
    )
"""  # noqa: S608
PACKED = ", ".join(
    f"string_agg(int8send({now} - {before}), ''::bytea ORDER BY {now} - {before})"
    f" FILTER (WHERE depth > {number}{' AND is_apart' if number <= len(WAITS) else ''})"
    for number, (before, now) in enumerate(pairwise(STEP_COLUMNS), start=1)
)
COUNTED = text(
    f"""
    WITH {ENTERED}, {WALK}
    SELECT depth, is_open, count(*) AS number, {PACKED} FROM walk
    WHERE is_apart OR depth > {len(WAITS)} GROUP BY depth, is_open
    """  # noqa: S608  # put together from names of our own
)
LOOK_DEPTH = len(WAITS) + 1
Asked = dict[str, Any]


@dataclass
class Counts:
    """How many ways reached how many steps, by whether they may go on (0 steps: a robot's), and
    for each step how long it took, in sorted parts: those of days that are kept, and others."""

    db: Session
    asked: Asked
    numbers: Counter[tuple[int, bool]] = field(default_factory=Counter)
    days: list[int] = field(default_factory=list)
    kept: list[list[Part]] = field(default_factory=lambda: [[] for _ in WAITS])
    others: list[list[Sequence[int]]] = field(default_factory=lambda: [[] for _ in STEP_COLUMNS])

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
        if not number:
            return None
        others = self.others[number]
        kept = self.kept[number - 1] if number <= len(WAITS) else []

        def read(edges: Sequence[Edges]) -> list[Sequence[int]]:
            apart = edges[len(kept) :]
            cut = [each[a:b] for each, (a, b) in zip(others, apart, strict=True)]
            return [*self._slices(number, edges[: len(kept)]), *cut]

        return waits.middle([*kept, *map(waits.part, others)], read)

    def _slices(self, number: int, edges: Sequence[Edges]) -> list[Sequence[int]]:
        if not edges:
            return []
        starts, afters = zip(*edges, strict=True)
        asked = {"days": self.days, "starts": list(starts), "afters": list(afters)}
        found = self.db.scalars(SLICES[WAITS[number - 1]], {**self.asked, **asked})
        return [waits.numbers(each) for each in found.all()]

    def add_day(self, row: Row[Any]) -> bool:
        """Count the ways of a day; whether those that led to a trial must be walked one by one,
        since of some and not of others the horizon is over."""
        self.days.append(row.day_us)
        for step, name, sample in zip(self.kept, WAITS, SAMPLES, strict=True):
            step.append(Part(getattr(row, name), waits.numbers(getattr(row, sample))))
        reached = [row.people, *(getattr(row, name) for name in WAITS)]
        is_young = row.day_us + self.asked["to_start"] > self.asked["as_of"]
        self.numbers[0, False] += row.robots
        for depth, (here, on) in enumerate(pairwise(reached), start=1):
            self.numbers[depth, is_young] += here - on
        return reached[-1] > 0 and not self._add_trials(row, reached[-1])

    def _add_trials(self, row: Row[Any], begun: int) -> bool:
        over_at = self.asked["as_of"] - self.asked["horizon"]
        if row.first_us <= over_at < row.last_us:
            return False
        reached = [begun]
        for number, (step, *_) in enumerate(AFTER, start=LOOK_DEPTH):
            reach = waits.numbers(getattr(row, f"{step}_reach"))
            inside = bisect_right(reach, self.asked["horizon"])
            took = waits.numbers(getattr(row, f"{step}_waits"))[:inside]
            self.others[number].append(sorted(took))
            reached.append(inside)
        is_open = row.first_us > over_at
        for depth, (here, on) in enumerate(pairwise(reached), start=LOOK_DEPTH):
            self.numbers[depth, is_open] += here - on
        self.numbers[len(STEP_COLUMNS), False] += reached[-1]
        return True


def counted(db: Session, asked: Asked) -> Counts:
    """The ways that ``asked`` is about."""
    counts = Counts(db, asked)
    whole = db.execute(WHOLE, asked).all() if asked["scope"] == 0 else []
    tried = [row.day_us for row in whole if row.people is not None and counts.add_day(row)]
    gaps = between([row.day_us for row in whole], asked["first"], asked["after"])
    more = {"tried": tried, "first_tried": min(tried, default=asked["after"])}
    starts, ends = [start for start, _ in gaps], [end for _, end in gaps]
    found = db.execute(COUNTED, {**asked, **more, "starts": starts, "ends": ends})
    for depth, is_open, number, *packed in found.all():
        counts.numbers[depth, is_open] += number
        for step, each in zip(counts.others[1:], packed, strict=True):
            if each:
                step.append(waits.numbers(each))
    return counts
