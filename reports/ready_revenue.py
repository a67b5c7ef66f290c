"""The movements of revenue from the rows of ``paying``: the figures of ``reports/movements.py``."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import movements, owned, periods, revenue
from reports.movements import GRAIN, Change, Held, Row
from reports.periods import EVER, By, Period
from reports.spans import EPOCH, us

KINDS = frozenset({"trial", "payment", "pause", "ended"})  # a trial says who is staff
HELD = """
    WITH held AS (
        SELECT * FROM paying
        WHERE since_us <= :as_of AND until_us > :as_of AND from_us <= :as_of
          AND (cast(:source AS text) IS NULL OR (source = :source AND seen_us <= :as_of))
    )
"""
CURRENCIES = text(
    f"{HELD} SELECT currency, min(from_us) AS first_us FROM held"  # noqa: S608  # our own text
    ' GROUP BY currency ORDER BY currency COLLATE "C"'
)
LIVES = text(
    f"{HELD} SELECT person, currency, minor, interval, from_us, to_us FROM held"  # noqa: S608
    " WHERE from_us < :after AND to_us >= :first"
)
# A renewal at the same price moves nothing, and nobody's facts are read for it.
MOVED = text(
    f"""{HELD}, edge AS (
        SELECT owner, person, currency, interval, from_us AS at_us, minor FROM held
        UNION ALL
        SELECT owner, person, currency, interval, to_us, -minor FROM held
    ), moved AS (
        SELECT owner, person FROM edge
        WHERE at_us >= :first AND at_us < :after AND at_us <= :as_of
        GROUP BY owner, person, at_us, currency, interval HAVING sum(minor) <> 0
    )
    SELECT DISTINCT owner, person FROM moved
    """  # noqa: S608  # put together from a text of our own
)


def by_period(
    db: Session,
    *,
    as_of: datetime,
    zone: ZoneInfo,
    by: By,
    within: Period = EVER,
    source: str | None = None,
) -> tuple[Row, ...]:
    """What ``movements.by_period`` tells of all facts, from the rows; the facts are read of those
    alone whose revenue moved inside the cells that ``within`` touches."""
    asked = {"as_of": us(as_of), "source": source}
    found = db.execute(CURRENCIES, asked).all()
    if not found:
        return ()
    first = EPOCH + min(row.first_us for row in found) * GRAIN
    every = periods.cells(first, as_of, zone, by)
    cells = [(label, cell) for label, cell in every if cell.touches(within)]
    if not cells:
        return ()
    edges = [cells[0][1].start - GRAIN, *(min(c.end - GRAIN, as_of) for _, c in cells)]
    asked |= {"first": us(cells[0][1].start), "after": us(cells[-1][1].end)}
    held = _held(db.execute(LIVES, asked), edges)
    moved: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in _changes(db, db.execute(MOVED, asked).all(), as_of):
        moved[periods.label(change.at, zone, by), change.currency].append(change)
    return tuple(
        movements.row(label, cell, name, held[place], held[place + 1], moved[label, name])
        for place, (label, cell) in enumerate(cells)
        for name in (row.currency for row in found)
    )


def _held(rows: Iterable[Found[tuple[object, ...]]], edges: Sequence[datetime]) -> list[Held]:
    """The revenue of every payer at each of ``edges``, as ``revenue.at`` tells it."""
    at = [us(edge) or 0 for edge in edges]
    held: list[Held] = [{} for _ in at]
    for row in rows:
        share = row.minor * revenue.A_MONTH[row.interval]
        for place in range(bisect_left(at, row.from_us), bisect_left(at, row.to_us)):
            payers = held[place].setdefault(row.currency, {})
            payers[row.person] = payers.get(row.person, 0) + share
    return held


def _changes(
    db: Session, moved: Sequence[Found[tuple[object, ...]]], as_of: datetime
) -> list[Change]:
    """Everything that ever moved the revenue of these people, in order."""
    people = {row.person for row in moved}
    known = owned.of(db, {row.owner for row in moved}, as_of=as_of, kinds=KINDS)
    return [change for change in movements.changes(known) if change.person in people]
