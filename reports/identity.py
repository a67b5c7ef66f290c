"""The nightly proof of revenue: what was there, and what moved it, is what is there."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from billing import alarms
from reports import combined, exchange, keeping, ready_revenue
from reports.movements import Row
from reports.periods import By

log = logging.getLogger(__name__)

KIND = "revenue.identity"
COMBINED = "all currencies"


def check(db: Session, *, now: datetime) -> list[Row]:
    """Compare both ways to the revenue of every day since the first payment, and call somebody to
    each currency in which they differ, and to the line of them all; the rows that do. An alarm is
    settled once all agree. What was there is told by the rows kept ready, and what moved it by the
    facts, so a change that the rows tell and the facts do not calls somebody too."""
    keeping.catch_up(db)
    rows = ready_revenue.by_period(db, as_of=now, zone=ZoneInfo("UTC"), by=By.DAY)
    one = combined.drawn(rows, exchange.known(db, as_of=now), as_of=now)
    every = {row.currency: [each for each in rows if each.currency == row.currency] for row in rows}
    every |= {COMBINED: list(one.rows)} if one.rows else {}
    wrong = {name: broken(tuple(found)) for name, found in every.items()}
    for name, found in wrong.items():
        for row in found:
            words = f"The revenue of {row.label} in {name.upper()} is not what moved it."
            alarms.call(db, KIND, name, words, now=now)
        if not found:
            alarms.settle(db, KIND, name, now=now)
    bad = [row for found in wrong.values() for row in found]
    log.info("revenue.checked", extra={"days": len(rows), "wrong": len(bad)})
    return bad


def broken(rows: tuple[Row, ...]) -> list[Row]:
    """The rows whose movements do not add up, and those that do not begin where the last ended."""
    last: dict[str, Row] = {}
    found: list[Row] = []
    for row in rows:
        before = last.get(row.currency)
        if not row.balances or (before is not None and before.end != row.start):
            found.append(row)
        last[row.currency] = row
    return found
