"""The nightly proof of revenue: what was there, and what moved it, is what is there."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from billing import alarms
from reports import movements, reading
from reports.movements import Row
from reports.periods import By

log = logging.getLogger(__name__)

KIND = "revenue.identity"


def check(db: Session, *, now: datetime) -> list[Row]:
    """Compare both ways to the revenue of every day since the first payment, and call somebody to
    each currency in which they differ; the rows that do. An alarm is settled once all agree."""
    known = reading.known(db, as_of=now, kinds=reading.OF_TRIALS)
    rows = movements.by_period(known, zone=ZoneInfo("UTC"), by=By.DAY)
    wrong = broken(rows)
    for row in wrong:
        words = f"The revenue of {row.label} in {row.currency.upper()} is not what moved it."
        alarms.call(db, KIND, row.currency, words, now=now)
    for currency in {row.currency for row in rows} - {row.currency for row in wrong}:
        alarms.settle(db, KIND, currency, now=now)
    log.info("revenue.checked", extra={"days": len(rows), "wrong": len(wrong)})
    return wrong


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
