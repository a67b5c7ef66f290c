"""The conversion of trials by cohort: bound to the day they began and to a horizon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reports import listed, outcomes, periods, trials
from reports.outcomes import STILL_POSSIBLE, Outcome
from reports.periods import By, Period
from reports.rates import Rate
from reports.records import Records
from reports.trials import Trial

OUTCOME = "outcome:"  # the name of a list of one outcome begins so


@dataclass(frozen=True, slots=True)
class Cohort:
    """The trials of one cell and what is counted of them. Every number is the length of a list:
    ``starts``, ``old``, ``converted`` and ``kept`` (both of the old ones, inside the horizon),
    ``ever`` (of all, at any time) and the lists of ``outcomes``."""

    label: str
    starts: Sequence[Trial]
    old: Sequence[Trial]
    converted: Sequence[Trial]
    kept: Sequence[Trial]
    ever: Sequence[Trial]
    outcomes: dict[Outcome, Sequence[Trial]]
    median_wait: timedelta | None

    @property
    def rate(self) -> Rate:
        """C(K,H)."""
        return Rate(len(self.converted), len(self.old))

    @property
    def kept_rate(self) -> Rate:
        """C(K,H) of the money that stayed."""
        return Rate(len(self.kept), len(self.old))

    @property
    def ever_rate(self) -> Rate:
        """Converted by now, over all of the cohort."""
        return Rate(len(self.ever), len(self.starts))

    @property
    def is_open(self) -> bool:
        """Whether some of it is not old enough to be judged."""
        return len(self.old) < len(self.starts)

    @property
    def range(self) -> tuple[int, int, int]:
        """Converted, that and still possible, and the starts they are out of."""
        waiting = sum(len(self.outcomes[each]) for each in STILL_POSSIBLE)
        return len(self.ever), len(self.ever) + waiting, len(self.starts)

    @property
    def possible(self) -> Sequence[Trial]:
        """Those that have converted and those that still may."""
        waiting = (self.outcomes[each] for each in Outcome if each in STILL_POSSIBLE)
        return listed.joined([self.ever, *waiting])

    @property
    def days_to_convert(self) -> float | None:
        """The median of the days from start to money, among the converted."""
        return None if self.median_wait is None else self.median_wait / timedelta(days=1)

    def members(self, name: str) -> Sequence[Trial]:
        """The list behind a printed number, by its name: ``outcome:running`` for an outcome."""
        _, of_outcome, outcome = name.partition(OUTCOME)
        if of_outcome and outcome in set(Outcome):
            return self.outcomes[Outcome(outcome)]
        if name == "possible":
            return self.possible
        lists = {
            "starts": self.starts,
            "old": self.old,
            "converted": self.converted,
            "kept": self.kept,
            "ever": self.ever,
        }
        return lists.get(name, ())


@dataclass(frozen=True, slots=True)
class Conversion:
    """A report of conversion: the cohorts in order, all of them as one, the curve of all of them
    (its entry ``h`` is C(K,h)) and the trials marked as fraud, which are in none of these."""

    cohorts: tuple[Cohort, ...]
    total: Cohort
    curve: tuple[Rate, ...]
    fraud: Sequence[Trial]

    def cohort(self, label: str) -> Cohort | None:
        """The cohort called ``label``; ``all`` is the total."""
        return next((c for c in (*self.cohorts, self.total) if c.label == label), None)


def drawn(
    records: Records,
    *,
    zone: ZoneInfo,
    by: By,
    horizon: timedelta,
    window: timedelta,
    within: Period | None = None,
) -> Conversion:
    """Cohorts by the local day, week or month in which trials began; ``within`` keeps only starts
    inside a period. A trial that is not ``horizon`` old is in neither part of a rate."""
    found = [t for t in trials.counted(records) if _is_asked(t, within)]
    groups: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in found:
        groups[periods.label(trial.started_at, zone, by)].append(trial)
    made = {
        label: _cohort(label, groups[label], records.as_of, horizon, window)
        for label in sorted(groups)
    }
    return Conversion(
        cohorts=tuple(made.values()),
        total=_cohort("all", found, records.as_of, horizon, window),
        curve=curve(found, as_of=records.as_of, days=horizon.days),
        fraud=tuple(t for t in trials.marked_as_fraud(records) if _is_asked(t, within)),
    )


def _is_asked(trial: Trial, within: Period | None) -> bool:
    return within is None or trial.started_at in within


def curve(found: Sequence[Trial], *, as_of: datetime, days: int) -> tuple[Rate, ...]:
    """C(K,h) for h = 0..``days``, each over the trials that are at least h days old."""
    return tuple(_rate(found, timedelta(days=day), as_of) for day in range(days + 1))


def _rate(found: Sequence[Trial], horizon: timedelta, as_of: datetime) -> Rate:
    old = [trial for trial in found if trial.is_old(horizon, as_of)]
    return Rate(sum(trial.converted_within(horizon) for trial in old), len(old))


def _cohort(
    label: str, found: list[Trial], as_of: datetime, horizon: timedelta, window: timedelta
) -> Cohort:
    old = tuple(trial for trial in found if trial.is_old(horizon, as_of))
    became: dict[Outcome, list[Trial]] = {outcome: [] for outcome in Outcome}
    for trial in found:
        became[outcomes.of(trial, as_of=as_of, window=window)].append(trial)
    return Cohort(
        label=label,
        starts=tuple(found),
        old=old,
        converted=tuple(trial for trial in old if trial.converted_within(horizon)),
        kept=tuple(trial for trial in old if trial.kept_within(horizon)),
        ever=tuple(trial for trial in found if trial.conversion),
        median_wait=periods.middle([t.conversion.at - t.started_at for t in found if t.conversion]),
        outcomes={outcome: tuple(each) for outcome, each in became.items()},
    )
