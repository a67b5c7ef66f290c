"""What the people of an experiment did after they had been shown the offer, arm beside arm."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reports import rates, samples, trials
from reports.experiment_models import Experiment
from reports.experiments import DESIGNS, Metric
from reports.funnel import TO_START
from reports.rates import Rate
from reports.records import Exposed, Records, grouped
from reports.trials import Trial


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was shown an arm: when first, and the trial they began within seven days."""

    person: str
    at: datetime
    trial: Trial | None


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm. ``old`` were shown it at least seven days ago and ``started`` began a trial within
    seven days; ``aged`` are those of them whose exposure is a horizon older still, and
    ``converted`` those of these who paid inside it."""

    name: str
    exposed: tuple[Person, ...]
    old: tuple[Person, ...]
    started: tuple[Person, ...]
    aged: tuple[Person, ...]
    converted: tuple[Person, ...]

    @property
    def start_rate(self) -> Rate:
        """Trials begun within seven days, of the people shown it at least seven days ago."""
        return Rate(len(self.started), len(self.old))

    @property
    def conversion(self) -> Rate:
        """C(H) of the trials that were begun so."""
        return Rate(len(self.converted), len(self.aged))

    def rate(self, metric: Metric) -> Rate:
        """The rate that ``metric`` names."""
        return self.start_rate if metric is Metric.START else self.conversion

    def members(self, name: str) -> tuple[Person, ...]:
        """The list behind a printed number, by its name."""
        lists = {
            "exposed": self.exposed,
            "old": self.old,
            "started": self.started,
            "aged": self.aged,
            "converted": self.converted,
        }
        return lists.get(name, ())


class Look(StrEnum):
    """Whether the figures may be read as a result."""

    PEEKING = "peeking"
    PLANNED = "planned size reached"


@dataclass(frozen=True, slots=True)
class Result:
    """One run at an instant. ``crossed`` saw both arms, from two browsers, and count under the
    first one that they saw."""

    experiment: Experiment
    arms: tuple[Arm, Arm]
    crossed: tuple[str, ...]

    @property
    def metric(self) -> Metric:
        """What the run was planned for."""
        return DESIGNS[self.experiment.code].metric

    @property
    def split(self) -> samples.Split:
        """How those exposed fell into the arms."""
        first, second = self.arms
        return samples.Split(len(first.exposed), len(second.exposed))

    @property
    def counted(self) -> int:
        """The people of the smaller arm who can be judged."""
        return min(arm.rate(self.metric).n for arm in self.arms)

    @property
    def look(self) -> Look:
        """One look is taken, at the planned size; every earlier one is peeking."""
        return Look.PLANNED if self.counted >= self.experiment.planned else Look.PEEKING

    def gap(self, metric: Metric) -> tuple[float, float, float] | None:
        """The second arm less the first, with Newcombe's interval; ``None`` of nobody."""
        first, second = (arm.rate(metric) for arm in self.arms)
        return rates.newcombe(second, first) if first.n and second.n else None

    def arm(self, name: str) -> Arm | None:
        """The arm called ``name``."""
        return next((arm for arm in self.arms if arm.name == name), None)


def drawn(records: Records, experiment: Experiment, *, horizon: timedelta) -> Result:
    """The result of one run, of the people shown an arm while it ran."""
    seen = grouped(
        (each for each in records.of(Exposed) if each.experiment == experiment.id), "person"
    )
    own: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in trials.counted(records):
        own[trial.person].append(trial)
    people: dict[str, list[Person]] = {name: [] for name in DESIGNS[experiment.code].arms}
    for person, exposures in seen.items():
        first = exposures[0]
        begun = next((t for t in own[person] if _follows(t, first.at)), None)
        people[first.arm].append(Person(person, first.at, begun))
    one, two = (_arm(name, found, records.as_of, horizon) for name, found in people.items())
    crossed = (who for who, each in seen.items() if len({shown.arm for shown in each}) > 1)
    return Result(experiment, (one, two), tuple(sorted(crossed)))


def _follows(trial: Trial, shown_at: datetime) -> bool:
    return shown_at <= trial.begun_by and trial.started_at <= shown_at + TO_START


def _arm(name: str, people: list[Person], as_of: datetime, horizon: timedelta) -> Arm:
    old = tuple(each for each in people if each.at + TO_START <= as_of)
    started = tuple(each for each in old if each.trial)
    aged = tuple(each for each in started if each.at + TO_START + horizon <= as_of)
    return Arm(
        name=name,
        exposed=tuple(people),
        old=old,
        started=started,
        aged=aged,
        converted=tuple(p for p in aged if p.trial and p.trial.converted_within(horizon)),
    )
