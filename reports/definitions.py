"""The conversion rates of others on the same records, and the people on whom they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reports import periods, reading, trials
from reports.conversion import Cohort
from reports.periods import By
from reports.rates import Rate
from reports.records import Records
from reports.trials import Trial

ROLLING = timedelta(days=30)


class Definition(StrEnum):
    """Whose rate is meant."""

    STRIPE = "stripe"
    BAREMETRICS = "baremetrics"
    CLEENG = "cleeng"
    CHARTMOGUL = "chartmogul"
    RECURLY = "recurly"
    REVENUECAT = "revenuecat"


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed rate: the trials above and below the line. Dated by events, the upper list need
    not lie inside the lower one, and the rate may pass 100 %."""

    label: str
    above: tuple[Trial, ...]
    below: tuple[Trial, ...]

    @property
    def rate(self) -> Rate:
        """The rate as its authors print it."""
        return Rate(len(self.above), len(self.below))

    def differing(self, ours: Cohort | None) -> tuple[Trial, ...]:
        """The trials that stand elsewhere in our cohort of the same name, or only in one."""
        above, below = (ours.converted, ours.old) if ours else ((), ())
        theirs = _places(self.above, self.below)
        mine = _places(above, below)
        known = {t.id: t for t in (*self.above, *self.below, *above, *below)}
        return tuple(
            trial
            for trial in sorted(known.values(), key=lambda each: (each.started_at, each.id))
            if theirs[trial.id] != mine[trial.id]
        )

    def people(self, ours: Cohort | None) -> list[str]:
        """The people on whom we differ, each once."""
        return sorted({trial.person for trial in self.differing(ours)})


Listed = list[tuple[str, Trial]]
Rule = Callable[[Records, Callable[[datetime], str]], tuple[Listed, Listed]]


def drawn(records: Records, definition: Definition, *, zone: ZoneInfo, by: By) -> tuple[Cell, ...]:
    """The cells of ``definition``: one for the last 30 days, or one for each day, week or month."""

    def label(at: datetime) -> str:
        return periods.label(at, zone, by)

    above, below = RULES[definition](records, label)
    upper, lower = _by_label(above), _by_label(below)
    names = {*upper, *lower}
    if definition in IS_ROLLING:
        names.add(rolling_label(records.as_of))
    return tuple(Cell(name, tuple(upper[name]), tuple(lower[name])) for name in sorted(names))


def kinds(definition: Definition) -> frozenset[str]:
    """The facts that a definition is drawn from: one asks when somebody was first seen at all."""
    return reading.EVERY if definition is Definition.REVENUECAT else reading.OF_TRIALS


def rolling_label(as_of: datetime) -> str:
    """The name of the cell of the 30 days that end at ``as_of``."""
    return f"30 days to {as_of:%Y-%m-%dT%H:%M:%SZ}"


def stripe(records: Records, label: Callable[[datetime], str]) -> tuple[Listed, Listed]:
    """First paid invoices after a full trial, over those and the trials cancelled meanwhile; the
    last 30 days. A payment by another subscription is none."""
    found = trials.counted(records)
    first = [t for t in found if t.charged and _lately(t.charged.at, records) and _had_all_of_it(t)]
    gave_up = [t for t in found if (at := _given_up_at(t)) is not None and _lately(at, records)]
    name = rolling_label(records.as_of)
    return _listed(first, name), _listed({t.id: t for t in (*first, *gave_up)}.values(), name)


def baremetrics(records: Records, label: Callable[[datetime], str]) -> tuple[Listed, Listed]:
    """Conversions of the last 30 days over the trials that began in the last 30 days."""
    found = trials.counted(records)
    name = rolling_label(records.as_of)
    paid = [t for t in found if t.conversion and _lately(t.conversion.at, records)]
    return _listed(paid, name), _listed([t for t in found if _lately(t.started_at, records)], name)


def cleeng(records: Records, label: Callable[[datetime], str]) -> tuple[Listed, Listed]:
    """Conversions of the period over the trials converted or terminated in the period."""
    above: Listed = []
    ended: Listed = []
    for trial in trials.counted(records):
        if trial.conversion:
            above.append((label(trial.conversion.at), trial))
        if trial.ended and (not trial.conversion or trial.ended.at < trial.conversion.at):
            ended.append((label(trial.ended.at), trial))
    seen = {(name, trial.id) for name, trial in above}
    return above, above + [pair for pair in ended if (pair[0], pair[1].id) not in seen]


def chartmogul(records: Records, label: Callable[[datetime], str]) -> tuple[Listed, Listed]:
    """Customers by the date of their first trial who have paid since, at any time."""
    first = _first_of_each(trials.counted(records))
    below = [(label(trial.started_at), trial) for trial in first]
    return [pair for pair in below if pair[1].conversion], below


def recurly(records: Records, label: Callable[[datetime], str]) -> tuple[Listed, Listed]:
    """Subscriptions by the start of their trial that were ever charged above zero."""
    below = [(label(trial.started_at), trial) for trial in trials.counted(records)]
    return [pair for pair in below if pair[1].charged], below


def revenuecat(records: Records, label: Callable[[datetime], str]) -> tuple[Listed, Listed]:
    """Customers by the date they were first seen; a refund takes a conversion out again."""
    seen: dict[str, datetime] = {}
    for rows in records.by_kind.values():
        for row in rows:
            seen[row.person] = min(row.at, seen.get(row.person, row.at))
    first = _first_of_each(trials.counted(records))
    below = [(label(seen[trial.person]), trial) for trial in first]
    return [(name, t) for name, t in below if t.conversion and not t.conversion.refunded], below


RULES: dict[Definition, Rule] = {
    Definition.STRIPE: stripe,
    Definition.BAREMETRICS: baremetrics,
    Definition.CLEENG: cleeng,
    Definition.CHARTMOGUL: chartmogul,
    Definition.RECURLY: recurly,
    Definition.REVENUECAT: revenuecat,
}
IS_ROLLING = frozenset({Definition.STRIPE, Definition.BAREMETRICS})


def _lately(at: datetime, records: Records) -> bool:
    return records.as_of - ROLLING < at <= records.as_of


def _had_all_of_it(trial: Trial) -> bool:
    return trial.charged is not None and trial.charged.at >= trial.ends_at


def _given_up_at(trial: Trial) -> datetime | None:
    """When a trial was cancelled while it ran: the click, or the end that came before its time."""
    if trial.cancel_set_at is not None and trial.cancel_set_at <= trial.ends_at:
        return trial.cancel_set_at
    early = trial.ended is not None and trial.ended.at < trial.ends_at
    return trial.ended.at if early and trial.ended else None


def _first_of_each(found: Iterable[Trial]) -> list[Trial]:
    first: dict[str, Trial] = {}
    for trial in found:
        first.setdefault(trial.person, trial)
    return list(first.values())


def _listed(found: Iterable[Trial], name: str) -> Listed:
    return [(name, trial) for trial in found]


def _by_label(pairs: Listed) -> defaultdict[str, list[Trial]]:
    groups: defaultdict[str, list[Trial]] = defaultdict(list)
    for name, trial in pairs:
        groups[name].append(trial)
    return groups


def _places(above: Iterable[Trial], below: Iterable[Trial]) -> defaultdict[str, tuple[bool, bool]]:
    """For each trial whether it stands above and below the line."""
    upper, lower = {t.id for t in above}, {t.id for t in below}
    places: defaultdict[str, tuple[bool, bool]] = defaultdict(lambda: (False, False))
    places.update({each: (each in upper, each in lower) for each in upper | lower})
    return places
