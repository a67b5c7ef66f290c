"""What lets a search stop early: the popular among titles and people, those of
each short beginning, and how common words are."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import storing
from catalog.search_statements import PEOPLE, POOL

FIRST, SECOND = 8_000, 64_000
LONGEST_KEPT = 3
# As after an import: the planner would compare each of what it thinks few with all others.
IS_NEWS = """
select (select count(*) from title) > 1000 + 1.1 * reltuples
from pg_class where oid = cast('title' as regclass)
"""
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
        select person_id, count(distinct title_id) as films from credit
        join title on title.id = title_id and status = 'published' group by person_id
    ),
    ranked as (
        select *, row_number() over (order by films desc, person_id) as place from busy
    ),
    fresh as (
        select id, coalesce(ranked.films, 0) as films,
            case when place <= :first then 0 when place <= :second then 1 else 2 end as tier
        from person left join ranked on person_id = id
    )
    update person set tier = fresh.tier, films = fresh.films from fresh
    where fresh.id = person.id and (fresh.tier, fresh.films) <> (person.tier, person.films)
    """,
    """
    with fresh as (select word, ndoc from ts_stat('select words from title'))
    update search_word set titles = ndoc from fresh
    where fresh.word = search_word.word and ndoc <> titles
    """,
    "delete from search_prefix",
    """
    with begun as (
        select left(lexeme, letters) as prefix, title.id, popularity,
            bool_or(weights && array['A', 'B']) as by_name,
            bool_or(length(lexeme) = letters and weights && array['A', 'B']) as whole
        from title, unnest(words) as word (lexeme, positions, weights),
            generate_series(1, :letters) as letters
        where tier = 0 and status = 'published' and length(lexeme) >= letters
        group by 1, 2
    ),
    ranked as (
        select *, row_number() over (
            partition by prefix order by whole desc, by_name desc, popularity desc, id
        ) as place from begun
    )
    insert into search_prefix (prefix, title_ids)
    select prefix, array_agg(id order by place) from ranked where place <= :pool
    group by prefix having count(*) = :pool
    """,
    """
    with begun as (
        select distinct left(word, letters) as prefix, person.id, films
        from person, unnest(string_to_array(plain_name, ' ')) as word,
            generate_series(1, :letters) as letters
        where tier = 0 and films > 0 and length(word) >= letters
    ),
    ranked as (
        select *, row_number() over (partition by prefix order by films desc, id) as place
        from begun
    )
    insert into search_prefix (prefix, title_ids, person_ids, person_films)
    select prefix, '{}', array_agg(id order by place), array_agg(films order by place)
    from ranked where place <= :people group by prefix having count(*) = :people
    on conflict (prefix) do update
    set person_ids = excluded.person_ids, person_films = excluded.person_films
    """,
)


def refresh(db: Session, *, first: int = FIRST, second: int = SECOND) -> None:
    """Say anew which titles and people come first, and in how many titles each word stands.

    ``first`` and ``second`` are how many the first two tiers hold. Searches are right at any time;
    once this has been done they are quick, and know which short word a misspelt one means. One does
    this at a time, while no import writes the catalogue.
    """
    storing.alone(db)
    if db.scalar(text(IS_NEWS)):
        db.execute(text("analyze title, listing, credit, person"))
    given = {"first": first, "second": second, "letters": LONGEST_KEPT}
    given |= {"pool": POOL, "people": 2 * PEOPLE}
    for step in STEPS:
        db.execute(text(step), given)
