"""How far people get, from a film page to a first payment: eight ordered steps."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from reports import periods, robots, trials
from reports.periods import Period
from reports.rates import Rate
from reports.records import (
    AccountMade,
    CheckoutOpened,
    OfferClicked,
    OfferSeen,
    Played,
    Record,
    Records,
    Visit,
    grouped,
    when,
)
from reports.trials import Trial

TO_START = timedelta(days=7)
PLAY_SECONDS = 120


class Step(StrEnum):
    """The steps in their order; the value is what a page prints."""

    PAGE = "Film page seen"
    SEEN = "Offer seen"
    CLICKED = "Offer pressed"
    ACCOUNT = "Account made"
    CHECKOUT = "Checkout opened"
    TRIAL = "Trial started"
    PLAYED = "First film played"
    PAID = "First payment"


STEPS = tuple(Step)


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's way: when each step was reached, as far as they got, and whether they may still
    go on because a window is open."""

    person: str
    film: str | None
    reached: tuple[datetime, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One step: who reached it, who has not but still may, of how many, and how long it took."""

    step: Step
    people: tuple[Walk, ...]
    open: tuple[Walk, ...]
    of_before: Rate
    of_first: Rate
    median_time: timedelta | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The eight rows, and how many people were left out as robots."""

    rows: tuple[Row, ...]
    robots: tuple[str, ...]

    def row(self, number: int) -> Row:
        """The row of step F``number``."""
        return self.rows[number]


def drawn(
    records: Records,
    *,
    within: Period,
    horizon: timedelta,
    film: str | None = None,
) -> Funnel:
    """The funnel of those whose first look at a film page (of ``film``) lies inside ``within``.

    A person counts once. Steps are ordered, other events may lie between; F0 to F5 take seven days
    at most, F5 to F7 the horizon.
    """
    visits = [v for v in records.of(Visit) if film is None or v.film == film]
    left_out = robots.among(records.of(Visit))
    entries: dict[str, Visit] = {}
    for visit in visits:
        if visit.at in within:
            entries.setdefault(visit.person, visit)
    paths = _Paths(records, film, horizon)
    walks = [paths.walked(visit) for person, visit in entries.items() if person not in left_out]
    return Funnel(
        rows=tuple(_row(number, walks) for number in range(len(STEPS))),
        robots=tuple(sorted(left_out & entries.keys())),
    )


def _row(number: int, walks: Sequence[Walk]) -> Row:
    people = tuple(walk for walk in walks if len(walk.reached) > number)
    before = sum(len(walk.reached) > number - 1 for walk in walks)
    times = [walk.reached[number] - walk.reached[number - 1] for walk in people] if number else []
    return Row(
        step=STEPS[number],
        people=people,
        open=tuple(walk for walk in walks if walk.is_open and len(walk.reached) == number),
        of_before=Rate(len(people), before if number else len(people)),
        of_first=Rate(len(people), len(walks)),
        median_time=periods.middle(times),
    )


class _Paths:
    """Everybody's events, ready to be walked through."""

    def __init__(self, records: Records, film: str | None, horizon: timedelta) -> None:
        self._as_of = records.as_of
        self._horizon = horizon
        seen = [s for s in records.of(OfferSeen) if film is None or s.film == film]
        clicks = [c for c in records.of(OfferClicked) if film is None or c.film == film]
        self._steps: tuple[defaultdict[str, list[datetime]], ...] = (
            _times(seen),
            _times(clicks),
            _times(records.of(AccountMade)),
            _times(records.of(CheckoutOpened)),
        )
        self._plays = _times(p for p in records.of(Played) if p.seconds >= PLAY_SECONDS)
        self._trials: defaultdict[str, list[Trial]] = defaultdict(list)
        for trial in trials.counted(records):
            self._trials[trial.person].append(trial)

    def walked(self, entry: Visit) -> Walk:
        """The way of the person who entered by ``entry``."""
        reached = [entry.at]
        until = entry.at + TO_START
        for times in self._steps:
            at = _first(times[entry.person], reached[-1], until)
            if at is None:
                return self._walk(entry, reached, until)
            reached.append(at)
        trial = next(
            (
                trial
                for trial in self._trials[entry.person]
                if reached[-1] <= trial.begun_by and trial.started_at <= until
            ),
            None,
        )
        if trial is None:
            return self._walk(entry, reached, until)
        reached.append(max(reached[-1], trial.started_at))
        until = trial.started_at + self._horizon
        return self._watched(entry, trial, reached, until)

    def _watched(
        self, entry: Visit, trial: Trial, reached: list[datetime], until: datetime
    ) -> Walk:
        played = _first(self._plays[entry.person], trial.started_at, until)
        if played is not None:
            reached.append(played)
            paid = trial.conversion.at if trial.conversion else None
            if paid is not None and played <= paid <= until:
                reached.append(paid)
        return self._walk(entry, reached, until)

    def _walk(self, entry: Visit, reached: list[datetime], until: datetime) -> Walk:
        is_open = len(reached) < len(STEPS) and until > self._as_of
        return Walk(entry.person, entry.film, tuple(reached), is_open)


T = TypeVar("T", bound=Record)


def _times(rows: Iterable[T]) -> defaultdict[str, list[datetime]]:
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for person, own in grouped(rows, "person").items():
        times[person] = [when(row) for row in own]
    return times


def _first(times: list[datetime], since: datetime, until: datetime) -> datetime | None:
    place = bisect_left(times, since)
    return times[place] if place < len(times) and times[place] <= until else None
