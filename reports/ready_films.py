"""Credit drawn from the trial stories: the figures of ``reports/credit.py``."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports import credit, rates, ready_stories, ready_trial_days, trial_days, waits
from reports.credit import Credit, Film
from reports.periods import Period
from reports.rates import Rate
from reports.ready_stories import APART, Asked
from reports.ready_trial_days import IS_OLD, IS_YOUNG

DAYS = ready_trial_days.query(
    f"{IS_OLD} AS is_old, kept.starts, kept.waits, kept.decided, kept.helped, kept.played",
    f"({IS_OLD} OR {IS_YOUNG})",
)
# What is read trial by trial is read once, for all three kinds of credit.
TRIALS = text(
    f"""{APART}, mine AS MATERIALIZED (SELECT * FROM story WHERE NOT fraud)
    SELECT 'deciding' AS credit, deciding AS slug, count(*) AS starts,
           count(*) FILTER (WHERE is_old) AS old,
           count(*) FILTER (WHERE is_old AND has_converted) AS won, count(converted_us) AS ever
    FROM mine GROUP BY deciding
    UNION ALL
    SELECT 'helped', cardinality(helped) || ' ' || slug, count(*), 0, 0, 0
    FROM mine CROSS JOIN unnest(helped) AS slug GROUP BY 2
    UNION ALL
    SELECT 'played', first_played, count(*), 0, 0, 0 FROM mine GROUP BY first_played
    """  # noqa: S608  # put together from names of our own
)


def drawn(
    db: Session,
    *,
    as_of: datetime,
    horizon: timedelta,
    within: Period,
    source: str | None = None,
) -> Credit:
    """Credit for the trials that began ``within``, as ``credit.drawn`` tells it."""
    given = ready_stories.asked(as_of=as_of, within=within, horizon=horizon, source=source)
    counts = _counted(db, given)
    helped = counts.shares()
    overall = Rate(counts.won.total(), counts.old.total())
    lists = partial(ready_stories.listed, db, given, as_of)

    def film(slug: str) -> Film:
        mine = "NOT fraud AND deciding = :slug"
        return Film(
            slug=slug,
            deciding=lists(mine, counts.starts[slug], slug=slug),
            assisted=lists(
                "NOT fraud AND :slug = ANY(helped)", sum(helped[slug].values()), slug=slug
            ),
            assist=_shares(helped[slug]),
            first_played=lists(
                "NOT fraud AND first_played = :slug", counts.played[slug], slug=slug
            ),
            old=lists(f"{mine} AND is_old", counts.old[slug], slug=slug),
            converted=lists(f"{mine} AND is_old AND has_converted", counts.won[slug], slug=slug),
            ever=lists(f"{mine} AND converted_us IS NOT NULL", counts.ever[slug], slug=slug),
            score=rates.shrunk(Rate(counts.won[slug], counts.old[slug]), overall),
        )

    films = [film(slug) for slug in {*counts.starts, *helped, *counts.played}]
    return Credit(credit.ranked(films), lists("NOT fraud", counts.starts.total()), overall)


@dataclass(slots=True)
class _Counts:
    """Trials by film: decided by it, of these old enough, converted and ever paid; first played.
    ``helped`` counts those that it helped to start behind the number of films that did."""

    starts: Counter[str] = field(default_factory=Counter)
    old: Counter[str] = field(default_factory=Counter)
    won: Counter[str] = field(default_factory=Counter)
    ever: Counter[str] = field(default_factory=Counter)
    helped: Counter[str] = field(default_factory=Counter)
    played: Counter[str] = field(default_factory=Counter)

    def add_day(self, row: Row[Any], horizon: int) -> None:
        """Count in a day of which all or no trials are old; who paid comes first."""
        took, decided = waits.numbers(row.waits), trial_days.names(row.decided)
        self.starts.update(decided)
        self.ever.update(decided[: len(took)])
        self.helped.update(trial_days.names(row.helped))
        self.played.update(trial_days.names(row.played))
        if row.is_old:
            self.old.update(decided)
            self.won.update(decided[: bisect_right(took, horizon)])

    def add(self, row: Row[Any]) -> None:
        """Count in one kind of credit that a film, or a share of it, has in stretches of time."""
        if row.credit != "deciding":
            counts = self.helped if row.credit == "helped" else self.played
            counts[row.slug] += row.starts
            return
        self.starts[row.slug] += row.starts
        self.old[row.slug] += row.old
        self.won[row.slug] += row.won
        self.ever[row.slug] += row.ever

    def shares(self) -> dict[str, dict[int, int]]:
        """How many trials each film helped to start, by how many films helped each."""
        found: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for share, starts in self.helped.items():
            films, _, slug = share.partition(" ")
            found[slug][int(films)] = starts
        return found


def _counted(db: Session, given: Asked) -> _Counts:
    days, apart = ready_trial_days.parted(db, DAYS, given)
    counts = _Counts()
    for row in days:
        counts.add_day(row, given["horizon"])
    for row in db.execute(TRIALS, apart):
        counts.add(row)
    return counts


def _shares(starts: dict[int, int]) -> Fraction:
    """What a film is owed of the trials it helped to start, by how many films helped each."""
    common = lcm(*starts)
    return Fraction(sum(n * (common // films) for films, n in starts.items()), common)
