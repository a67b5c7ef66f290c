"""The first looks of a day taken together: how many led how far, and how long each step took.

A way is made of its rows only where its day may still change it; of all other days these few rows
tell the same. A row holds for reports as of ``settled_us`` and later.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.due_days import DueDays
from reports.spans import BEGINNING_US, DAY_US, END_US, us
from reports.waits import STRIDE

FIRST = "scope_id = 0 AND gap = -1 AND entered_us >= 0"
DAY = f"entered_us - entered_us % {DAY_US}"
# Steps whose instants no horizon bounds, each with the one before it.
STEPS = (
    ("entered_us", "seen_us"),
    ("seen_us", "clicked_us"),
    ("clicked_us", "account_us"),
    ("account_us", "checkout_us"),
    ("checkout_us", "trial_us"),
)
WAITS = tuple(now.replace("_us", "_waits") for _, now in STEPS)
SAMPLES = tuple(now.replace("_us", "_sample") for _, now in STEPS)
COUNTED = "holds AND robot_us IS NULL"


def _packed(number: str, order: str, where: str) -> str:
    """``number`` of each way that counts and for which ``where`` holds, in eight bytes."""
    return (
        f"coalesce(string_agg(int8send({number}), ''::bytea ORDER BY {order})"
        f" FILTER (WHERE {COUNTED} AND {where}), ''::bytea)"
    )


def _sample(waits: str) -> str:
    """Every 64th number of a packed column, as ``waits.part`` takes them."""
    return f"""coalesce((
        SELECT string_agg(substring({waits} FROM 8 * place + 1 FOR 8), ''::bytea ORDER BY place)
        FROM generate_series({STRIDE // 2}, octet_length({waits}) / 8 - 1, {STRIDE}) AS place
    ), ''::bytea)"""  # noqa: S608  # put together from names of our own


# What follows a trial counts inside a horizon: of each such step stand how far it lies from the
# start of the trial and from the step before it, both in the order of the former.
AFTER = (
    ("played", "trial_us", "played_us IS NOT NULL"),
    ("paid", "played_us", "paid_us >= played_us"),
)


def _made() -> dict[str, str]:
    """The packed columns, and how each is made of ways."""
    made = {
        name: _packed(f"{now} - {before}", f"{now} - {before}", f"{now} IS NOT NULL")
        for name, (before, now) in zip(WAITS, STEPS, strict=True)
    }
    for step, before, where in AFTER:
        reach, wait = f"{step}_us - started_us", f"{step}_us - {before}"
        made[f"{step}_reach"] = _packed(reach, f"{reach}, {wait}", where)
        made[f"{step}_waits"] = _packed(wait, f"{reach}, {wait}", where)
    return made


MADE = _made()
DUE = DueDays(
    "first_look_due", "journey", day=DAY, where=FIRST, order="person, entered_us, since_us"
)
FORGET = text("DELETE FROM first_look WHERE day_us = ANY(:days)")
MAKE = text(
    f"""
    INSERT INTO first_look (day_us, every, source, settled_us, people, robots,
                            first_started_us, last_started_us, {", ".join(MADE)},
                            {", ".join(SAMPLES)})
    SELECT *, {", ".join(_sample(name) for name in WAITS)} FROM (
        SELECT day_us, grouping(source) = 1 AS every, coalesce(source, '') AS source,
               max(greatest(CASE WHEN holds THEN :beginning ELSE until_us END, since_us,
                            entered_us, seen_us, clicked_us, account_us, checkout_us, trial_us,
                            played_us, paid_us, robot_us)) AS settled_us,
               count(*) FILTER (WHERE {COUNTED}) AS people,
               count(*) FILTER (WHERE holds AND robot_us IS NOT NULL) AS robots,
               min(started_us) FILTER (WHERE {COUNTED}) AS first_started_us,
               max(started_us) FILTER (WHERE {COUNTED}) AS last_started_us,
               {", ".join(f"{made} AS {name}" for name, made in MADE.items())}
        FROM unnest(cast(:days AS bigint[])) AS day_us CROSS JOIN LATERAL (
            SELECT *, until_us = :end AS holds FROM journey
            WHERE {FIRST} AND entered_us >= day_us AND entered_us < day_us + {DAY_US}
            OFFSET 0
        ) AS way
        GROUP BY GROUPING SETS ((day_us, source), (day_us))
    ) AS made
    """  # noqa: S608
)


def fill(db: Session, *, now: datetime) -> int:
    """Make the days that are due; the one that still runs waits. Returns how many."""
    days = DUE.taken(db, before=(us(now) or 0) - DAY_US + 1)
    asked = {"days": days, "beginning": BEGINNING_US, "end": END_US}
    db.execute(FORGET, asked)
    db.execute(MAKE, asked)
    return len(days)
