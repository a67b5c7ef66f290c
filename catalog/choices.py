"""What lists can be narrowed by: the genres, decades and certificates that occur."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import genres
from catalog.stretches import Offered

DECADES = """
with recursive first (year) as (
    (select oldest from listing order by oldest limit 1)
    union all
    select (
        select oldest from listing where oldest >= year - year % 10 + 10 order by oldest limit 1
    ) from first where year is not null
)
select year - year % 10 from first where year < 32767 order by 1 desc
"""
CERTIFICATES = """
with recursive known (label) as (
    (select label from certificate order by label limit 1)
    union all
    select (
        select certificate.label from certificate
        where certificate.label > known.label order by certificate.label limit 1
    ) from known where label is not null
)
select label from known
cross join lateral ( -- the first of each label; as "exists" all of them would be joined
    select from certificate join listing using (title_id)
    where certificate.label = known.label order by title_id limit 1
) as shown
order by 1
"""


@dataclass(frozen=True)
class Choices:
    """What the published films can be narrowed by: decades (1990), newest first, and labels."""

    decades: list[int]
    certificates: list[str]


def found(db: Session) -> Choices:
    """The decades and certificates that occur among the published films.

    Each is found by leaping from one value to the next, so it takes a step a value, not a title.
    """
    return Choices(
        [year for (year,) in db.execute(text(DECADES))],
        [label for (label,) in db.execute(text(CERTIFICATES))],
    )


def offered(db: Session) -> Offered:
    """All that forms offer now."""
    there = found(db)
    return Offered.by(
        genre=[one.slug for one in genres.with_counts(db)],
        decade=there.decades,
        certificate=there.certificates,
    )
