"""Every figure that funnel, conversion and films print, ours and DuckDB's in one shape."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from reports import questions
from reports.credit import NONE
from reports.questions import Question
from reports.spans import GRAIN

Figures = dict[str, Any]
Rows = Sequence[tuple[Any, ...]]


def of_funnel(db: Session, question: Question) -> Figures:
    """Of each step who reached it, who still may, and how long it usually took; the robots."""
    found = questions.of_funnel(db, question)
    steps = [(len(row.people), len(row.open), _us(row.median_time)) for row in found.rows]
    return _funnel(steps, len(found.robots))


def of_conversion(db: Session, question: Question) -> Figures:
    """Of each cohort and of all of them what is counted and the usual wait; the curve, the fraud.
    What a rate, its interval and a range are made of is among it."""
    found = questions.of_conversion(db, question)
    cohorts = {
        each.label: (
            *map(len, (each.starts, each.old, each.converted, each.kept, each.ever)),
            *map(len, each.outcomes.values()),
            _us(each.median_wait),
        )
        for each in (*found.cohorts, found.total)
    }
    curve = [(rate.k, rate.n) for rate in found.curve]
    return {**cohorts, "curve": curve, "fraud": len(found.fraud)}


def of_films(db: Session, question: Question) -> Figures:
    """Of each film what it is credited with, shares as exact sums, and the totals."""
    found = questions.of_films(db, question)
    films = {
        film.slug: (
            *map(len, (film.deciding, film.old, film.converted, film.ever)),
            *(len(film.assisted), film.assist, len(film.first_played)),
        )
        for film in found.films
    }
    return {**films, "all": (len(found.starts), found.overall.n, found.overall.k)}


def told_of_funnel(rows: Rows) -> Figures:
    """The same from the rows of DuckDB's statement."""
    steps = [(people, still, _whole(wait)) for _, people, still, wait, _ in rows]
    return _funnel(steps, rows[0][-1])


def told_of_conversion(rows: Rows) -> Figures:
    """The same from the rows of DuckDB's statement."""
    cohorts = {label: (*counts, _whole(wait)) for label, *counts, wait, _, _ in rows}
    *_, fraud, curve = rows[-1]
    return {**cohorts, "curve": curve, "fraud": fraud}


def told_of_films(rows: Rows) -> Figures:
    """The same from the rows of DuckDB's statement."""
    decided: dict[str, tuple[int, ...]] = {}
    played, helped, shares = Counter[str](), Counter[str](), defaultdict[str, Fraction](Fraction)
    for figure, film, films, trials, *more in rows:
        slug = NONE if film is None else f"film-{film}"
        if figure == "deciding":
            decided[slug] = (trials, *more)
        elif figure == "assist":
            helped[slug] += trials
            shares[slug] += Fraction(trials, films)
        else:
            played[slug] += trials
    return {
        **{
            slug: (*decided.get(slug, (0, 0, 0, 0)), helped[slug], shares[slug], played[slug])
            for slug in {*decided, *helped, *played}
        },
        "all": tuple(sum(column) for column in list(zip(*decided.values(), strict=True))[:3]),
    }


OURS: dict[str, Callable[[Session, Question], Figures]] = {
    "funnel": of_funnel,
    "conversion": of_conversion,
    "films": of_films,
}
THEIRS: dict[str, Callable[[Rows], Figures]] = {
    "funnel": told_of_funnel,
    "conversion": told_of_conversion,
    "films": told_of_films,
}


def differing(ours: Figures, theirs: Figures) -> Figures:
    """What is not the same, ours beside theirs."""
    names = sorted({*ours, *theirs})
    pairs = {name: (ours.get(name), theirs.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _funnel(steps: Sequence[tuple[int, int, int | None]], robots: int) -> Figures:
    return {**{f"F{number}": step for number, step in enumerate(steps)}, "robots": robots}


def _us(wait: timedelta | None) -> int | None:
    return None if wait is None else wait // GRAIN


def _whole(wait: float | None) -> int | None:
    """A median to the microsecond, as ours is."""
    return None if wait is None else round(wait)
