"""Whether everybody who was charged after a trial had been reminded in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from reports import trials
from reports.periods import Period
from reports.rates import Rate
from reports.records import Noticed, Records, grouped
from reports.trials import Trial

IN_TIME = timedelta(hours=168)
REMINDER = "trial_ending"


class Line(StrEnum):
    """What happened about the reminder of a charged trial. ``moved``: in time for a later date to
    which the charge was moved."""

    ON_TIME = "on_time"
    LATE = "late"
    MOVED = "moved"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The charged trials by line; those brought from elsewhere stand apart, untold by us."""

    lines: dict[Line, tuple[Trial, ...]]
    elsewhere: tuple[Trial, ...]

    @property
    def charged(self) -> tuple[Trial, ...]:
        """All charged trials of this installation."""
        return tuple(trial for line in Line for trial in self.lines[line])

    @property
    def rate(self) -> Rate:
        """Reminded at least 168 hours before the charge, of all charged. The target is 100 %."""
        told = len(self.lines[Line.ON_TIME]) + len(self.lines[Line.MOVED])
        return Rate(told, len(self.charged))

    @property
    def is_alarming(self) -> bool:
        """One missing reminder raises an alarm."""
        return bool(self.lines[Line.MISSING])

    def members(self, name: str) -> tuple[Trial, ...]:
        """The list behind a printed number, by its name."""
        if name in set(Line):
            return self.lines[Line(name)]
        in_time = (*self.lines[Line.ON_TIME], *self.lines[Line.MOVED])
        lists = {"charged": self.charged, "elsewhere": self.elsewhere, "in_time": in_time}
        return lists.get(name, ())


def drawn(records: Records, *, within: Period | None = None) -> Coverage:
    """The coverage of the trials charged ``within``."""
    reminders = [notice for notice in records.of(Noticed) if notice.kind == REMINDER]
    back = {n.key.removesuffix(":bounced") for n in reminders if n.state == "bounced"}
    arrived = (n for n in reminders if n.state == "accepted" and n.key not in back)
    notices = grouped(arrived, "subscription")
    lines: dict[Line, list[Trial]] = {line: [] for line in Line}
    elsewhere: list[Trial] = []
    for trial in trials.counted(records):
        if trial.charged is None or (within is not None and trial.charged.at not in within):
            continue
        if trial.start.elsewhere:
            elsewhere.append(trial)
        else:
            lines[_line(trial, notices[trial.id])].append(trial)
    return Coverage({line: tuple(found) for line, found in lines.items()}, tuple(elsewhere))


def _line(trial: Trial, notices: list[Noticed]) -> Line:
    """A reminder counts for the real date and sum only; one that told others came late."""
    if not notices:
        return Line.MISSING
    in_time = any(_is_in_time(notice, trial) for notice in notices)
    if not in_time:
        return Line.LATE
    return Line.MOVED if trial.charge_at > trial.start.charge_at else Line.ON_TIME


def _is_in_time(notice: Noticed, trial: Trial) -> bool:
    at = trial.charge_at
    return notice.charge_at == at and notice.at <= at - IN_TIME and _told_the_sum(notice, trial)


def _told_the_sum(notice: Noticed, trial: Trial) -> bool:
    """Whether it named what was charged, where it named a sum."""
    if notice.minor is None or trial.charged is None:
        return True
    charged = trial.charged
    return (notice.minor, notice.currency) == (charged.gross_minor, charged.currency)
