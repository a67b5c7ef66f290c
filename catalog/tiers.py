"""What lets a search stop early: the popular among titles and people, and how common words are."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

FIRST, SECOND = 4_000, 64_000
STEPS = (
    """
    with ranked as (
        select title_id, row_number() over (order by less_popular, title_id) as place
        from listing order by less_popular, title_id limit :second
    ),
    fresh as (
        select id, case when place <= :first then 0 when place is not null then 1 else 2 end as tier
        from title left join ranked on title_id = id
    )
    update title set tier = fresh.tier from fresh
    where fresh.id = title.id and fresh.tier <> title.tier
    """,
    """
    with busy as (
        select person_id, row_number() over (order by count(*) desc, person_id) as place
        from credit group by person_id order by count(*) desc, person_id limit :second
    ),
    fresh as (
        select id, case when place <= :first then 0 when place is not null then 1 else 2 end as tier
        from person left join busy on person_id = id
    )
    update person set tier = fresh.tier from fresh
    where fresh.id = person.id and fresh.tier <> person.tier
    """,
    """
    with fresh as (select word, ndoc from ts_stat('select words from title'))
    update search_word set titles = ndoc from fresh
    where fresh.word = search_word.word and ndoc <> titles
    """,
)


def refresh(db: Session, *, first: int = FIRST, second: int = SECOND) -> None:
    """Say anew which titles and people come first, and in how many titles each word stands.

    ``first`` and ``second`` are how many the first two tiers hold. Searches are right at any time,
    and quick once this has been done.
    """
    for step in STEPS:
        db.execute(text(step), {"first": first, "second": second})
