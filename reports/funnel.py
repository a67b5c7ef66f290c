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
TRIAL_STEP = STEPS.index(Step.TRIAL)


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's way: when each step was reached, as far as they got, and whether they may still
    go on because a window is open."""

    person: str
    film: str | None
    reached: tuple[datetime, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A person's way from one look at a film page, whenever it is asked about and whatever the
    horizon: the instants of the steps up to the trial, in order, and what followed its start."""

    entry: Visit
    steps: tuple[datetime, ...]
    started_at: datetime | None = None
    played_at: datetime | None = None
    paid_at: datetime | None = None

    def walk(self, *, as_of: datetime, horizon: timedelta) -> Walk:
        """How far it had led at ``as_of``; what follows the trial counts inside ``horizon``."""
        reached = tuple(at for at in self.steps if at <= as_of)
        until = self.entry.at + TO_START
        if len(reached) > TRIAL_STEP and self.started_at is not None:
            until = self.started_at + horizon
            latest = min(until, as_of)
            if self.played_at is not None and self.played_at <= latest:
                reached += (self.played_at,)
                if self.paid_at is not None and self.played_at <= self.paid_at <= latest:
                    reached += (self.paid_at,)
        is_open = len(reached) < len(STEPS) and until > as_of
        return Walk(self.entry.person, self.entry.film, reached, is_open)


@dataclass(frozen=True, slots=True)
class Row:
    """One step: who reached it, who has not but still may, of how many, and how long it took."""

    step: Step
    people: Sequence[Walk]
    open: Sequence[Walk]
    of_before: Rate
    of_first: Rate
    median_time: timedelta | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The eight rows, and how many people were left out as robots."""

    rows: tuple[Row, ...]
    robots: Sequence[str]

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
    paths = Paths(records, film, trials.counted(records))
    walks = [
        paths.way(visit).walk(as_of=records.as_of, horizon=horizon)
        for person, visit in entries.items()
        if person not in left_out
    ]
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


class Paths:
    """Everybody's events, ready to be walked through; with ``film``, those of its pages alone.
    ``begun`` are the trials that count, in their order."""

    def __init__(self, records: Records, film: str | None, begun: Sequence[Trial]) -> None:
        seen = [s for s in records.of(OfferSeen) if film is None or s.film == film]
        clicks = [c for c in records.of(OfferClicked) if film is None or c.film == film]
        self._looks = (_times(seen), _times(clicks))
        self._accounts = _times(records.of(AccountMade))
        self._checkouts = _times(records.of(CheckoutOpened))
        self._plays = _times(p for p in records.of(Played) if p.seconds >= PLAY_SECONDS)
        self._trials = grouped(begun, "person")

    def way(self, entry: Visit) -> Way:
        """The way of the person who entered by ``entry``.

        Whoever has an account when they press the offer has passed that step with the press.
        """
        steps = [entry.at]
        until = entry.at + TO_START
        person = entry.person
        for times in self._looks:
            at = _first(times[person], steps[-1], until)
            if at is None:
                return Way(entry, tuple(steps))
            steps.append(at)
        made = self._accounts[person][:1]
        if not made or made[0] > until:
            return Way(entry, tuple(steps))
        steps.append(max(made[0], steps[-1]))
        opened = _first(self._checkouts[person], steps[-1], until)
        if opened is None:
            return Way(entry, tuple(steps))
        return self._begun(entry, (*steps, opened), until)

    def _begun(self, entry: Visit, steps: tuple[datetime, ...], until: datetime) -> Way:
        for trial in self._trials[entry.person]:
            if steps[-1] <= trial.begun_by and trial.started_at <= until:
                plays = self._plays[entry.person]
                return Way(
                    entry,
                    (*steps, max(steps[-1], trial.started_at)),
                    started_at=trial.started_at,
                    played_at=_first(plays, trial.started_at, None),
                    paid_at=trial.conversion.at if trial.conversion else None,
                )
        return Way(entry, steps)


T = TypeVar("T", bound=Record)


def _times(rows: Iterable[T]) -> defaultdict[str, list[datetime]]:
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for person, own in grouped(rows, "person").items():
        times[person] = [when(row) for row in own]
    return times


def _first(times: list[datetime], since: datetime, until: datetime | None) -> datetime | None:
    place = bisect_left(times, since)
    if place == len(times) or (until is not None and times[place] > until):
        return None
    return times[place]
