"""Credit drawn from the trial stories: the figures of ``reports/credit.py``."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports import credit, rates, ready_stories
from reports.credit import Credit, Film
from reports.periods import Period
from reports.rates import Rate
from reports.ready_stories import STORIES

DECIDED = text(
    f"""{STORIES}
    SELECT deciding AS slug, count(*) AS starts, count(*) FILTER (WHERE is_old) AS old,
           count(*) FILTER (WHERE is_old AND has_converted) AS won, count(converted_us) AS ever
    FROM story WHERE NOT fraud GROUP BY 1
    """  # noqa: S608  # put together from names of our own
)
HELPED = text(
    f"""{STORIES}
    SELECT slug, cardinality(helped) AS films, count(*) AS starts
    FROM story CROSS JOIN unnest(helped) AS slug WHERE NOT fraud GROUP BY 1, 2
    """  # noqa: S608
)
PLAYED = text(
    f"{STORIES} SELECT first_played AS slug, count(*) AS starts FROM story"  # noqa: S608
    " WHERE NOT fraud GROUP BY 1"
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
    decided = {row.slug: row for row in db.execute(DECIDED, given)}
    played = {row.slug: row.starts for row in db.execute(PLAYED, given)}
    helped: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for row in db.execute(HELPED, given):
        helped[row.slug][row.films] = row.starts
    overall = Rate(sum(r.won for r in decided.values()), sum(r.old for r in decided.values()))
    lists = partial(ready_stories.listed, db, given, as_of)

    def film(slug: str) -> Film:
        row: Any = decided.get(slug)
        counts = (row.starts, row.old, row.won, row.ever) if row else (0, 0, 0, 0)
        mine = "NOT fraud AND deciding = :slug"
        return Film(
            slug=slug,
            deciding=lists(mine, counts[0], slug=slug),
            assisted=lists(
                "NOT fraud AND :slug = ANY(helped)", sum(helped[slug].values()), slug=slug
            ),
            assist=_shares(helped[slug]),
            first_played=lists(
                "NOT fraud AND first_played = :slug", played.get(slug, 0), slug=slug
            ),
            old=lists(f"{mine} AND is_old", counts[1], slug=slug),
            converted=lists(f"{mine} AND is_old AND has_converted", counts[2], slug=slug),
            ever=lists(f"{mine} AND converted_us IS NOT NULL", counts[3], slug=slug),
            score=rates.shrunk(Rate(counts[2], counts[1]), overall),
        )

    films = [film(slug) for slug in {*decided, *helped, *played}]
    starts = sum(row.starts for row in decided.values())
    return Credit(credit.ranked(films), lists("NOT fraud", starts), overall)


def _shares(starts: dict[int, int]) -> Fraction:
    """What a film is owed of the trials it helped to start, by how many films helped each."""
    common = lcm(*starts)
    return Fraction(sum(n * (common // films) for films, n in starts.items()), common)
