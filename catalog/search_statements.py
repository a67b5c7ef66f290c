"""The statements by which a search finds films and people: in stages, the popular first.

Each stage has an index of its own, and runs where those before it found too few. What a worker
keeps of a short beginning (``catalog/tiers.py``) stands before them all.

What is asked stands in selects of its own and numbers are written out, so that PostgreSQL plans the
same whatever they are: it then plans once a connection, which took a third of a search's time.
"""

from __future__ import annotations

from catalog.plain import UMLAUT

TITLES, PEOPLE, POOL = 36, 12, 200
NEAR = 24
PEOPLE_POOL = 2 * PEOPLE

FOUND_TITLES = f"""
with named as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole from title
    where status = 'published'
        and string_to_array(plain_names, E'\\n') && (select cast(:exact as text[]))
    order by popularity desc limit {TITLES}
),
kept as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole,
        words @@ cast(:names as tsquery) as by_name
    from title
    where id = any(array(
        select unnest(title_ids) from search_prefix where prefix = cast(:asked as text)
    )) and status = 'published' and (words @@ (select cast(:query as tsquery))) is true
),
stage_0 as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole,
        words @@ cast(:names as tsquery) as by_name
    from title
    where status = 'published' and words @@ (select cast(:popular as tsquery)) and tier = 0
        and (words @@ (select cast(:query as tsquery))) is true
        and (select count(*) from named) < :most and (select count(*) from kept) < :most
    order by whole desc, by_name desc, popularity desc, id limit {POOL}
),
stage_1 as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole,
        words @@ cast(:names as tsquery) as by_name
    from title
    where status = 'published' and words @@ (select cast(:popular as tsquery)) and tier = 1
        and (words @@ (select cast(:query as tsquery))) is true
        and (select count(*) from named) < :most and (select count(*) from kept) < :most
        and (select count(*) from stage_0) < {POOL}
        and (select count(*) from stage_0 where whole) < :most
    order by whole desc, by_name desc, popularity desc, id limit {POOL}
),
stage_2 as (
    select id, popularity, true as whole, true as by_name from title
    where status = 'published' and words @@ (select cast(:rare_whole as tsquery))
        and (words @@ (select cast(:whole as tsquery))) is true
        and (select count(*) from named) < :most and (select count(*) from kept) < :most
        and (select count(*) from stage_0) + (select count(*) from stage_1) < {POOL}
        and (select count(*) from stage_0 where whole)
            + (select count(*) from stage_1 where whole) < :most
    order by popularity desc, id limit :most
),
by_names as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole, true as by_name from title
    where status = 'published' and tier = 2
        and ts_filter(words, '{{a,b}}') @@ (select cast(:rare as tsquery))
        and (words @@ (select cast(:names as tsquery))) is true
        and (select count(*) from named) < :most and (select count(*) from kept) < :most
        and (select count(*) from stage_2) < :most
        and (select count(*) from stage_0) + (select count(*) from stage_1) < {POOL}
        and (select count(*) from stage_0 where whole)
            + (select count(*) from stage_1 where whole) < :most
    order by whole desc, popularity desc, id limit {POOL}
),
stage_3 as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole,
        words @@ cast(:names as tsquery) as by_name
    from title
    where status = 'published' and words @@ (select cast(:rare as tsquery))
        and (words @@ (select cast(:query as tsquery))) is true
        and (select count(*) from named) < :most and (select count(*) from kept) < :most
        and (select count(*) from stage_2) < :most
        and (select count(*) from stage_0) + (select count(*) from stage_1)
            + (select count(*) from by_names) < :most
    order by whole desc, by_name desc, popularity desc, id limit {POOL}
),
staged as (
    select * from kept
    union all select * from stage_0
    union all select * from stage_1
    union all select * from stage_2
    union all select * from by_names
    union all select * from stage_3
),
either as (
    select id, popularity, whole, true as exact, true as by_name from named
    union all
    select id, popularity, whole, false, by_name from staged
)
select id, bool_or(exact) as exact, bool_or(whole) as whole, bool_or(by_name) as by_name
from either group by id, popularity
order by exact desc, whole desc, by_name desc, popularity desc, id limit :most
"""  # noqa: S608  # put together from numbers of our own
FOUND_PEOPLE = f"""
with kept as (
    select person.id, best.films from search_prefix
    cross join unnest(person_ids, person_films) as best (id, films)
    join person on person.id = best.id
    where prefix = cast(:asked as text)
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:query as tsquery))
        ) is true
        and exists (
            select from credit join title on title.id = title_id
            where person_id = person.id and status = 'published'
        )
),
stage_0 as (
    select id from person
    where array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:rare as tsquery))
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:query as tsquery))
        ) is true
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:typed as tsquery))
            or name ~ '{UMLAUT.pattern}'
        )
        and tier = 0 and (select count(*) from kept) < {PEOPLE}
    order by (plain_name = cast(:asked as text)) desc, films desc, id limit {PEOPLE_POOL}
),
stage_1 as (
    select id from person
    where array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:rare as tsquery))
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:query as tsquery))
        ) is true
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:typed as tsquery))
            or name ~ '{UMLAUT.pattern}'
        )
        and tier = 1 and (select count(*) from kept) < {PEOPLE}
        and (select count(*) from stage_0) < {PEOPLE_POOL}
    order by (plain_name = cast(:asked as text)) desc, films desc, id limit {PEOPLE_POOL}
),
stage_2 as (
    select id from person
    where array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:rare as tsquery))
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:query as tsquery))
        ) is true
        and (
            array_to_tsvector(string_to_array(plain_name, ' ')) @@ (select cast(:typed as tsquery))
            or name ~ '{UMLAUT.pattern}'
        )
        and (select count(*) from kept) < {PEOPLE}
        and (select count(*) from stage_0) + (select count(*) from stage_1) < {PEOPLE_POOL}
    order by (plain_name = cast(:asked as text)) desc, films desc, id limit {PEOPLE_POOL}
),
pool as (
    (select id from person where plain_name = (select cast(:asked as text)) limit {PEOPLE})
    union select id from stage_0 union select id from stage_1 union select id from stage_2
),
counted as (
    select id, case when films > 0 then films else (
        select count(distinct title_id) from credit join title on title.id = title_id
        where person_id = person.id and status = 'published'
    ) end as films
    from pool join person using (id)
    where id not in (select id from kept) and exists (
        select from credit join title on title.id = title_id
        where person_id = person.id and status = 'published'
    )
    union all select id, films from kept
)
select slug, name, counted.films from counted join person using (id)
order by (plain_name = cast(:asked as text)) desc, counted.films desc, id limit {PEOPLE}
"""  # noqa: S608  # put together from numbers of our own
# What has a part of the words, the most popular; of common words alone only among the 8,000.
NEAR_TITLES = f"""
select distinct near.id
from unnest(
    cast(:queries as text[]), cast(:rare as text[]), cast(:common as boolean[])
) as part (query, rare, is_common)
cross join lateral (
    with stage_0 as materialized (
        select id from title
        where status = 'published' and tier = 0 and words @@ cast(part.rare as tsquery)
            and (words @@ cast(part.query as tsquery)) is true
        order by popularity desc, id limit {NEAR}
    ),
    stage_1 as materialized (
        select id from title
        where status = 'published' and tier = 1 and words @@ cast(part.rare as tsquery)
            and (words @@ cast(part.query as tsquery)) is true
            and not part.is_common and (select count(*) from stage_0) < {NEAR}
        order by popularity desc, id limit {NEAR}
    ),
    stage_2 as materialized (
        select id from title
        where status = 'published' and words @@ cast(part.rare as tsquery)
            and (words @@ cast(part.query as tsquery)) is true
            and not part.is_common
            and (select count(*) from stage_0) + (select count(*) from stage_1) < {NEAR}
        order by popularity desc, id limit {NEAR}
    )
    select id from stage_0 union select id from stage_1 union select id from stage_2
) as near
"""  # noqa: S608  # put together from numbers of our own
