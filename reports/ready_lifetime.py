"""What trials brought and who went on paying, from the trial stories: ``reports/lifetime.py``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import lifetime, ready_stories
from reports.lifetime import Month, Realised
from reports.periods import EVER
from reports.ready_stories import STORIES, Asked
from reports.spans import DAY_US, us

OLD = text(f"{STORIES} SELECT count(*) FROM story WHERE is_old AND NOT fraud")  # noqa: S608
BROUGHT = text(
    f"""{STORIES}
    SELECT currency, sum(minor) AS minor FROM story
    CROSS JOIN unnest(brought_us, brought_minor, brought_currency)
         AS paid (wait_us, minor, currency)
    WHERE is_old AND NOT fraud AND wait_us <= :horizon
    GROUP BY currency ORDER BY currency COLLATE "C"
    """  # noqa: S608  # put together from names of our own
)
# Later by some months is the same day of the month, or the last one of a shorter month: what
# converted on most days has its month behind it or not whatever the hour, on few by the hour.
IS_DUE = (
    "NOT fraud AND (converted_us < :whole_{0} OR (converted_us < :after_{0}"
    f" AND converted_us % {DAY_US} <= :hour))"
)
IS_PAYING = "paid_months & {1} > 0"
EACH = ", ".join(
    f"count(*) FILTER (WHERE {due}) AS due_{month},"
    f" count(*) FILTER (WHERE {due} AND {IS_PAYING.format(month, 1 << month)}) AS paying_{month}"
    for month, due in enumerate(map(IS_DUE.format, range(lifetime.MONTHS_TOLD)))
)
PAID = text(f"{STORIES} SELECT {EACH} FROM story WHERE converted_us IS NOT NULL")  # noqa: S608


def realised(
    db: Session, *, as_of: datetime, horizon: timedelta, source: str | None = None
) -> Realised:
    """The money of the first ``horizon`` of each trial that is as old."""
    given = ready_stories.asked(as_of=as_of, within=EVER, horizon=horizon, source=source)
    minor = {row.currency: int(row.minor) for row in db.execute(BROUGHT, given)}
    old = db.scalar(OLD, given) or 0
    return Realised(ready_stories.listed(db, given, as_of, "NOT fraud AND is_old", old), minor)


def retention(db: Session, *, as_of: datetime, source: str | None = None) -> tuple[Month, ...]:
    """Each month 0..12 after a conversion: for whom it is over, and who of them had paid for it."""
    given = ready_stories.asked(as_of=as_of, within=EVER, horizon=timedelta(), source=source)
    given |= _edges(as_of)
    found: Any = db.execute(PAID, given).one()
    return tuple(_month(db, given, as_of, number, found) for number in range(lifetime.MONTHS_TOLD))


def _month(db: Session, given: Asked, as_of: datetime, number: int, found: Any) -> Month:
    due, paying = IS_DUE.format(number), IS_PAYING.format(number, 1 << number)
    return Month(
        due=ready_stories.listed(db, given, as_of, due, getattr(found, f"due_{number}")),
        paying=ready_stories.listed(
            db, given, as_of, f"{due} AND {paying}", getattr(found, f"paying_{number}")
        ),
    )


def _edges(as_of: datetime) -> dict[str, int]:
    """Between which instants the day of a conversion begins whose month is over by the hour."""
    at = as_of.astimezone(UTC)
    found = {"hour": (us(at) or 0) % DAY_US}
    for number in range(lifetime.MONTHS_TOLD):
        days = _days(at.date(), number + 1)
        whole, after = (us(datetime.combine(each, time.min, UTC)) or 0 for each in days)
        found |= {f"whole_{number}": whole, f"after_{number}": after}
    return found


def _days(today: date, months: int) -> tuple[date, date]:
    """The first day that is today or later when ``months`` have gone by, and the first that is
    later than today."""
    first = today - timedelta(days=31 * months + 3)
    days = [first + timedelta(days=number) for number in range(3 * months + 38)]
    then = [(each, _later(each, months)) for each in days]
    whole = next(each for each, at in then if at >= today)
    return whole, next(each for each, at in then if at > today)


def _later(on: date, months: int) -> date:
    return lifetime.later(datetime.combine(on, time.min, UTC), months).date()
