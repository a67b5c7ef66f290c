"""The sandbox's own time: real time plus an offset that survives a restart, or a frozen instant."""

import calendar
import time
from datetime import UTC, datetime

DAY = 86_400
HOUR = 3_600
MONTHS = {"month": 1, "year": 12}
SECONDS = {"day": DAY, "week": 7 * DAY}


class Clock:
    """Tells the time in whole seconds; ``frozen_at`` stops it for tests."""

    def __init__(self, frozen_at: int | None = None) -> None:
        self.offset = 0
        self.frozen_at = frozen_at

    def now(self) -> int:
        """Seconds since 1970 in the sandbox's world."""
        return int(time.time()) + self.offset if self.frozen_at is None else self.frozen_at

    def advance(self, seconds: int) -> None:
        """Move forward; the caller runs what falls due on the way."""
        if self.frozen_at is None:
            self.offset += seconds
        else:
            self.frozen_at += seconds


def after(start: int, interval: str, count: int, times: int = 1, anchor: int | None = None) -> int:
    """The instant ``times`` billing intervals after ``start``.

    Months keep the day of the anchor: 31 January is followed by 28 February and then 31 March.
    """
    if interval in SECONDS:
        return start + SECONDS[interval] * count * times
    day = datetime.fromtimestamp(anchor if anchor is not None else start, UTC).day
    moment = datetime.fromtimestamp(start, UTC)
    months = moment.year * 12 + moment.month - 1 + MONTHS[interval] * count * times
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    moved = moment.replace(year=year, month=month + 1, day=min(day, last))
    return int(moved.timestamp())


def day_of(instant: int) -> str:
    """A calendar day as people write it, such as 22 December 2026."""
    moment = datetime.fromtimestamp(instant, UTC)
    return f"{moment.day} {moment:%B %Y}"
