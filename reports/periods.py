"""Calendar words of a report: its time zone, its days, weeks and months, and their edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from statistics import median
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date

from core import zones
from core.errors import DomainError

FIRST_YEAR, LAST_YEAR = 1969, 2200
EPOCH = date(1970, 1, 1)


class By(StrEnum):
    """What the local date of an instant is cut to."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class BadQuestion(DomainError):
    """A report was asked for with a zone, instant or date that is none."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Period:
    """The instants from ``start`` up to, not including, ``end``."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def touches(self, other: Period) -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end


EVER = Period(datetime(1970, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC))


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA time zone called ``name``. Raises ``BadQuestion``."""
    if name not in available_timezones():
        raise BadQuestion(f'"{name}" is not a time zone. Write one such as Europe/London or UTC.')
    return ZoneInfo(name)


def instant(text: str) -> datetime:
    """An ISO 8601 date with a time; one that names no zone is UTC. Raises ``BadQuestion``."""
    try:
        found = datetime.fromisoformat(text) if "T" in text or " " in text else None
    except ValueError:
        found = None
    if found is None:
        raise BadQuestion(f'"{text}" is not an instant. Write one such as 2026-09-20T00:00Z.')
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise BadQuestion(f'"{text}" is outside the calendar of these reports.')
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


def day(text: str) -> date:
    """An ISO 8601 calendar day. Raises ``BadQuestion``."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadQuestion(f'"{text}" is not a day. Write one such as 2026-09-20.') from None
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise BadQuestion(f'"{text}" is outside the calendar of these reports.')
    return found


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The instant at which ``on`` begins in ``zone``."""
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def days(first: date, last: date, zone: ZoneInfo) -> Period:
    """The local days from ``first`` to ``last``, both inside. Raises ``BadQuestion``."""
    if last < first:
        raise BadQuestion(f"The period ends on {last}, before it begins on {first}.")
    return Period(midnight(first, zone), midnight(last + timedelta(days=1), zone))


def label(at: datetime, zone: ZoneInfo, by: By) -> str:
    """``2026-07-01``, ``2026-W27`` or ``2026-07``: the cell into which an instant falls."""
    return named(at.astimezone(zone).date(), by)


def named(on: date, by: By) -> str:
    """The name of the day, ISO week or month of ``on``."""
    if by is By.DAY:
        return on.isoformat()
    if by is By.MONTH:
        return f"{on.year:04}-{on.month:02}"
    year, week, _ = on.isocalendar()
    return f"{year:04}-W{week:02}"


def told(label: str) -> str:
    """``1 July 2026``, ``week of 29 June 2026`` or ``July 2026``: a cell's name as a page says it;
    what names no cell stays as it is."""
    year, _, rest = label.partition("-")
    if not (year.isdecimal() and len(year) == 4 and rest):
        return label
    if rest.startswith("W"):
        return f"week of {zones.day(date.fromisocalendar(int(year), int(rest[1:]), 1))}"
    if "-" in rest:
        return zones.day(date.fromisoformat(label))
    return format_date(day(f"{label}-01"), "MMMM y", locale=zones.LOCALE)


def cells(first: datetime, last: datetime, zone: ZoneInfo, by: By) -> Iterator[tuple[str, Period]]:
    """Every day, week or month that holds an instant from ``first`` to ``last``, in order."""
    on = _first_day(first.astimezone(zone).date(), by)
    until = last.astimezone(zone).date()
    while on <= until:
        after = _next(on, by)
        yield named(on, by), Period(midnight(on, zone), midnight(after, zone))
        on = after


def _first_day(on: date, by: By) -> date:
    if by is By.WEEK:
        return on - timedelta(days=on.weekday())
    return on.replace(day=1) if by is By.MONTH else on


def _next(on: date, by: By) -> date:
    if by is By.MONTH:
        return (on + timedelta(days=31)).replace(day=1)
    return on + timedelta(days=7 if by is By.WEEK else 1)


def middle(times: Sequence[timedelta]) -> timedelta | None:
    """The median of some lengths of time; ``None`` of none."""
    if not times:
        return None
    grain = timedelta(microseconds=1)
    return median([time // grain for time in times]) * grain
