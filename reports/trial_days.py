"""The trials that began on a day taken together: what became of them and whom they are owed to.

A trial is read from its story only where its day may still change it. A row holds for reports as of
``settled_us`` and later; a day that is due is made anew by the workers.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.due_days import DueDays
from reports.outcomes import Outcome
from reports.ready_stories import OUTCOME, OVER
from reports.spans import BEGINNING_US, DAY_US, END_US

DAY = f"started_us - started_us % {DAY_US}"
WAIT = "converted_us - started_us"
ORDER = f'{WAIT} NULLS LAST, started_us, key COLLATE "C"'
COUNTED = "holds AND NOT fraud"
DUE = DueDays(
    *("trial_day_due", "trial_story"),
    day=DAY,
    where="started_us >= 0",
    order="person, key, since_us",
)
BETWEEN = "\x1f"  # stands between names that are kept as one text
FORGET = text("DELETE FROM trial_day WHERE day_us = ANY(:days)")
OUTCOMES = ", ".join(
    f"count(*) FILTER (WHERE {COUNTED} AND awaits IS NULL AND outcome = '{outcome}')"
    for outcome in Outcome
)
# What time alone changes yet: the cases of OUTCOME that look at the clock.
AWAITS = """
    CASE WHEN converted_us IS NOT NULL OR ended_cause = 'operator' OR comped THEN NULL
         WHEN ended_us IS NULL AND was_cancelled THEN 'leaving'
         WHEN ended_us IS NULL AND carded THEN 'carded'
         WHEN ended_us IS NULL THEN 'uncarded'
         WHEN ended_cause = 'payment' AND NOT was_cancelled THEN 'unpaid' END
"""


def _packed(number: str, order: str, where: str) -> str:
    """Numbers in an order, as eight bytes each."""
    return (
        f"coalesce(string_agg(int8send({number}), ''::bytea ORDER BY {order})"
        f" FILTER (WHERE {COUNTED} AND {where}), ''::bytea)"
    )


AWAITED = {
    f"{one}_us": _packed("over_us", "over_us", f"awaits = '{one}'")
    for one in ("leaving", "carded", "uncarded", "unpaid")
}
MAKE = text(
    f"""
    WITH story AS (
        SELECT day_us, held.*, {OUTCOME} AS outcome, {AWAITS} AS awaits
        FROM unnest(cast(:days AS bigint[])) AS day_us CROSS JOIN LATERAL (
            SELECT *, until_us = :end AS holds, {OVER}
            FROM trial_story WHERE started_us >= day_us AND started_us < day_us + {DAY_US}
            OFFSET 0
        ) AS held
    ), helped AS (
        SELECT day_us, grouping(source) = 1 AS every, source,
               string_agg(cardinality(helped) || ' ' || slug, :between
                          ORDER BY cardinality(helped), slug COLLATE "C") AS helped
        FROM story CROSS JOIN unnest(helped) AS slug WHERE {COUNTED}
        GROUP BY GROUPING SETS ((day_us, source), (day_us))
    ), told AS (
        SELECT day_us, grouping(source) = 1 AS every, source,
               max(greatest(CASE WHEN holds THEN :beginning ELSE until_us END, since_us,
                            started_us, seen_us, played_us)) AS settled_us,
               count(*) FILTER (WHERE {COUNTED}) AS starts,
               ARRAY[{OUTCOMES}] AS outcomes,
               {", ".join(f"{packed} AS {name}" for name, packed in AWAITED.items())},
               {_packed("started_us - day_us", ORDER, "true")} AS began,
               {_packed(WAIT, WAIT, "converted_us IS NOT NULL")} AS waits,
               {_packed(WAIT, WAIT, "kept")} AS kept_waits,
               coalesce(string_agg(deciding, :between ORDER BY {ORDER}) FILTER (WHERE {COUNTED}),
                        '') AS decided,
               coalesce(string_agg(played, :between ORDER BY {ORDER}) FILTER (WHERE {COUNTED}),
                        '') AS played
        FROM story GROUP BY GROUPING SETS ((day_us, source), (day_us))
    )
    INSERT INTO trial_day (day_us, every, source, settled_us, starts, outcomes,
                           {", ".join(AWAITED)}, began, waits, kept_waits, decided, helped, played)
    SELECT told.day_us, told.every, coalesce(told.source, ''), settled_us, starts, outcomes,
           {", ".join(AWAITED)}, began, waits, kept_waits, decided,
           coalesce(helped.helped, ''), played
    FROM told LEFT JOIN helped
           ON helped.day_us = told.day_us AND helped.every = told.every
          AND helped.source IS NOT DISTINCT FROM told.source
    WHERE told.every OR told.source IS NOT NULL
    """  # noqa: S608
)


def names(kept: str) -> list[str]:
    """The names of a column that keeps several."""
    return kept.split(BETWEEN) if kept else []


def fill(db: Session) -> int:
    """Make the days that are due. Returns how many."""
    days = DUE.taken(db)
    asked: dict[str, Any] = {
        "days": days,
        "beginning": BEGINNING_US,
        "end": END_US,
        "as_of": END_US,
        "window": 0,
    }
    asked |= {"between": BETWEEN}
    db.execute(FORGET, asked)
    db.execute(MAKE, asked)
    return len(days)
