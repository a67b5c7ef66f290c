"""Which film a trial is owed to, in three columns, and the order of the films that convert."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from math import lcm

from reports import rates, trials
from reports.funnel import PLAY_SECONDS
from reports.periods import Period
from reports.rates import Rate
from reports.records import (
    CheckoutOpened,
    OfferClicked,
    Played,
    R,
    Records,
    Visit,
    grouped,
    when,
)
from reports.trials import Trial

LOOK_BACK = timedelta(days=30)
NONE = "none"


@dataclass(frozen=True, slots=True)
class Film:
    """A row of credit; ``slug`` is ``none`` where no film can be named. ``deciding`` and
    ``first_played`` list whole trials, ``assisted`` those of which it has a share, ``assist`` sums
    the shares, ``ever`` lists those decided here that have paid by now, however young."""

    slug: str
    deciding: Sequence[Trial]
    assisted: Sequence[Trial]
    assist: Fraction
    first_played: Sequence[Trial]
    old: Sequence[Trial]
    converted: Sequence[Trial]
    ever: Sequence[Trial]
    score: Fraction

    @property
    def rate(self) -> Rate:
        """The conversion of the trials this film decided: those old enough, inside the horizon."""
        return Rate(len(self.converted), len(self.old))

    @property
    def is_judged(self) -> bool:
        """Whether there are enough trials to say anything."""
        return len(self.old) >= rates.TOO_FEW

    def members(self, name: str) -> Sequence[Trial]:
        """The list behind a printed number, by its name."""
        lists = {
            "deciding": self.deciding,
            "assist": self.assisted,
            "first_played": self.first_played,
            "old": self.old,
            "converted": self.converted,
            "ever": self.ever,
        }
        return lists.get(name, ())


@dataclass(frozen=True, slots=True)
class Credit:
    """The films in their order of rank, and all trials together; each column sums to these."""

    films: tuple[Film, ...]
    starts: Sequence[Trial]
    overall: Rate

    def film(self, slug: str) -> Film | None:
        """The row of ``slug``, if it has one."""
        return next((film for film in self.films if film.slug == slug), None)


@dataclass
class _Shares:
    """The three columns while they are being filled, by film."""

    deciding: defaultdict[str, list[Trial]] = field(default_factory=lambda: defaultdict(list))
    assists: defaultdict[str, list[tuple[Trial, Fraction]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    first_played: defaultdict[str, list[Trial]] = field(default_factory=lambda: defaultdict(list))

    def add(self, trial: Trial, sights: Sights) -> None:
        """Give one trial's credit away, whole in each column."""
        self.deciding[sights.deciding(trial)].append(trial)
        play = sights.first_play(trial)
        self.first_played[(play.film if play else None) or NONE].append(trial)
        helped = sights.helped(trial)
        for slug in helped:
            self.assists[slug].append((trial, Fraction(1, len(helped))))


def drawn(records: Records, *, horizon: timedelta, within: Period | None = None) -> Credit:
    """Credit for the trials that began ``within``; ranked by the rate drawn to the overall one."""
    found = [t for t in trials.counted(records) if within is None or t.started_at in within]
    sights, shares = Sights(records), _Shares()
    for trial in found:
        shares.add(trial, sights)
    old = {trial.start.key for trial in found if trial.is_old(horizon, records.as_of)}
    won = {t.start.key for t in found if t.start.key in old and t.converted_within(horizon)}
    overall = Rate(len(won), len(old))
    slugs = {*shares.deciding, *shares.assists, *shares.first_played}
    films = [_film(slug, shares, old, won, overall) for slug in slugs]
    return Credit(ranked(films), tuple(found), overall)


def ranked(films: Iterable[Film]) -> tuple[Film, ...]:
    """The films in the order of their scores; the row of no film comes last."""
    every = list(films)
    common = lcm(*(film.score.denominator for film in every))  # whole numbers compare quickly
    places = {f.slug: f.score.numerator * (common // f.score.denominator) for f in every}
    every.sort(key=lambda f: (f.slug == NONE, -places[f.slug], -len(f.old), f.slug))
    return tuple(every)


def _film(slug: str, shares: _Shares, old: set[str], won: set[str], overall: Rate) -> Film:
    aged = tuple(trial for trial in shares.deciding[slug] if trial.start.key in old)
    converted = tuple(trial for trial in aged if trial.start.key in won)
    return Film(
        slug=slug,
        deciding=tuple(shares.deciding[slug]),
        assisted=tuple(trial for trial, _ in shares.assists[slug]),
        assist=sum((share for _, share in shares.assists[slug]), Fraction(0)),
        first_played=tuple(shares.first_played[slug]),
        old=aged,
        converted=converted,
        ever=tuple(trial for trial in shares.deciding[slug] if trial.conversion is not None),
        score=rates.shrunk(Rate(len(converted), len(aged)), overall),
    )


class Sights:
    """What each person saw, pressed, opened and played, in the order of time."""

    def __init__(self, records: Records) -> None:
        self._visits = grouped(records.of(Visit), "person")
        self._clicks = grouped(records.of(OfferClicked), "person")
        self._checkouts = grouped(records.of(CheckoutOpened), "person")
        self._plays = grouped(
            (p for p in records.of(Played) if p.seconds >= PLAY_SECONDS), "person"
        )

    def deciding(self, trial: Trial) -> str:
        """The film of a code typed at the checkout, else of the last click before it within 30
        days, else the one that the trial itself names."""
        opened = _until(self._checkouts[trial.person], trial)
        checkout = opened[-1] if opened else None
        if checkout is not None and checkout.code_film:
            return checkout.code_film
        before = checkout.at if checkout is not None else trial.begun_by
        clicks = [
            click
            for click in _until(self._clicks[trial.person], trial)
            if before - LOOK_BACK <= click.at <= before and click.film
        ]
        return (clicks[-1].film if clicks else trial.start.film) or NONE

    def helped(self, trial: Trial) -> set[str]:
        """The films that share the assist: those whose pages were seen in the 30 days before the
        start, and the deciding one; ``none`` where there is neither."""
        visits = _until(self._visits[trial.person], trial)
        seen = {visit.film for visit in visits if visit.film}
        return seen | ({self.deciding(trial)} - {NONE}) or {NONE}

    def first_play(self, trial: Trial) -> Played | None:
        """The first film played for two minutes inside the trial."""
        plays = self._plays[trial.person]
        inside = plays[bisect_left(plays, trial.started_at, key=when) :]
        return next((play for play in inside if play.at < trial.over_at), None)


def _until(rows: list[R], trial: Trial) -> list[R]:
    """What lies in the 30 days up to the start."""
    first = bisect_left(rows, trial.started_at - LOOK_BACK, key=when)
    return rows[first : bisect_right(rows, trial.begun_by, key=when)]
