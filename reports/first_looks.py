"""The first looks of a day taken together: how many led how far, and how long each step took.

A way is made of its rows only where its day may still change it; of all other days these few rows
tell the same. A row holds for reports as of ``settled_us`` and later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.funnel import TO_START
from reports.spans import BEGINNING_US, END_US, GRAIN, us

DAY_US = timedelta(days=1) // GRAIN
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
MADE = ", ".join(
    f"coalesce(string_agg(int8send({now} - {before}), ''::bytea ORDER BY {now} - {before})"
    f" FILTER (WHERE holds AND robot_us IS NULL AND {now} IS NOT NULL), ''::bytea)"
    for before, now in STEPS
)
STATES = text(
    f"""
    SELECT {DAY} AS day_us, owner,
           md5(string_agg(j::text, '' ORDER BY person, entered_us, since_us))
    FROM journey AS j WHERE owner = ANY(:owners) AND {FIRST} GROUP BY 1, 2
    """  # noqa: S608  # put together from names of our own
)
MARK = text(
    "INSERT INTO first_look_due (day_us) SELECT unnest(cast(:days AS bigint[]))"
    " ON CONFLICT DO NOTHING"
)
TAKE = text("DELETE FROM first_look_due WHERE day_us + :whole <= :now RETURNING day_us")
FORGET = text("DELETE FROM first_look WHERE day_us = ANY(:days)")
MAKE = text(
    f"""
    INSERT INTO first_look (day_us, source, settled_us, people, robots, {", ".join(WAITS)})
    SELECT day_us, source,
           max(greatest(CASE WHEN holds THEN :beginning ELSE until_us END, since_us, entered_us,
                        seen_us, clicked_us, account_us, checkout_us, trial_us, robot_us)),
           count(*) FILTER (WHERE holds AND robot_us IS NULL),
           count(*) FILTER (WHERE holds AND robot_us IS NOT NULL),
           {MADE}
    FROM unnest(cast(:days AS bigint[])) AS day_us CROSS JOIN LATERAL (
        SELECT *, until_us = :end AS holds FROM journey
        WHERE {FIRST} AND entered_us >= day_us AND entered_us < day_us + {DAY_US}
        OFFSET 0
    ) AS way
    GROUP BY day_us, source
    """  # noqa: S608
)

State = dict[tuple[int, str], str]


def states(db: Session, owners: Collection[str]) -> State:
    """What the first looks of ``owners`` are, by day and owner."""
    found = db.execute(STATES, {"owners": sorted(owners)})
    return {(day_us, owner): told for day_us, owner, told in found}


def mark(db: Session, before: State, after: State) -> None:
    """Have those days made anew on which anything is not what it was."""
    days = sorted({day_us for (day_us, _), _ in before.items() ^ after.items()})
    if days:
        db.execute(MARK, {"days": days})


def fill(db: Session, *, now: datetime) -> int:
    """Make the days that are due; those on which a way may still go on wait. Returns how many."""
    whole = DAY_US + TO_START // GRAIN
    days = db.scalars(TAKE, {"whole": whole, "now": us(now)}).all()
    asked = {"days": sorted(days), "beginning": BEGINNING_US, "end": END_US}
    db.execute(FORGET, asked)
    db.execute(MAKE, asked)
    return len(days)
