"""The two statements by which a search finds films and people: in stages, the popular first.

Each stage has an index of its own, and runs where those before it found too few. What a worker
keeps of a short beginning (``catalog/tiers.py``) stands before them all.
"""

from __future__ import annotations

TITLES, PEOPLE, POOL = 50, 12, 200

FOUND_TITLES = """
with named as (
    select id, popularity, words from title
    where status = 'published'
        and string_to_array(plain_names, E'\\n') @> array[cast(:asked as text)]
    order by popularity desc limit :most
),
kept as (
    select id, popularity, words, words @@ cast(:names as tsquery) as by_name from title
    where id = any(array(
        select unnest(title_ids) from search_prefix where prefix = cast(:asked as text)
    )) and status = 'published' and (words @@ cast(:query as tsquery)) is true
),
stage_0 as (
    select id, popularity, words, words @@ cast(:names as tsquery) as by_name from title
    where status = 'published' and words @@ cast(:query as tsquery) and tier = 0
        and (select count(*) from kept) < :most
    order by by_name desc, popularity desc, id limit :pool
),
stage_1 as (
    select id, popularity, words, words @@ cast(:names as tsquery) as by_name from title
    where status = 'published' and words @@ cast(:query as tsquery) and tier <= 1
        and (select count(*) from kept) < :most and (select count(*) from stage_0) < :pool
    order by by_name desc, popularity desc, id limit :pool
),
stage_2 as (
    select id, popularity, words, words @@ cast(:names as tsquery) as by_name from title
    where status = 'published' and words @@ cast(:rare as tsquery)
        and (words @@ cast(:query as tsquery)) is true
        and (select count(*) from kept) < :most and (select count(*) from stage_0) < :pool
        and (select count(*) from stage_1) < :pool
    order by by_name desc, popularity desc, id limit :pool
),
staged as (
    select * from kept
    union all select * from stage_0
    union all select * from stage_1
    union all select * from stage_2
),
either as (
    select id, popularity, words @@ cast(:whole as tsquery) as whole, true as exact,
        true as by_name from named
    union all
    select id, popularity, words @@ cast(:whole as tsquery), false, by_name from staged
)
select id, bool_or(exact) as exact, bool_or(whole) as whole, bool_or(by_name) as by_name
from either group by id, popularity
order by exact desc, whole desc, by_name desc, popularity desc, id limit :most
"""
FOUND_PEOPLE = """
with kept as (
    select person.id, films from search_prefix
    cross join unnest(person_ids, person_films) as best (id, films)
    join person on person.id = best.id
    where prefix = cast(:asked as text)
        and (array_to_tsvector(string_to_array(plain_name, ' ')) @@ cast(:query as tsquery)) is true
        and exists (
            select from credit join title on title.id = title_id
            where person_id = person.id and status = 'published'
        )
),
stage_0 as (
    select id from person
    where array_to_tsvector(string_to_array(plain_name, ' ')) @@ cast(:query as tsquery)
        and tier = 0 and (select count(*) from kept) < :most
    order by (plain_name = cast(:asked as text)) desc, id limit :pool
),
stage_1 as (
    select id from person
    where array_to_tsvector(string_to_array(plain_name, ' ')) @@ cast(:query as tsquery)
        and tier <= 1 and (select count(*) from kept) < :most
        and (select count(*) from stage_0) < :pool
    order by (plain_name = cast(:asked as text)) desc, tier, id limit :pool
),
stage_2 as (
    select id from person
    where array_to_tsvector(string_to_array(plain_name, ' ')) @@ cast(:query as tsquery)
        and (select count(*) from kept) < :most and (select count(*) from stage_0) < :pool
        and (select count(*) from stage_1) < :pool
    order by (plain_name = cast(:asked as text)) desc, tier, id limit :pool
),
pool as (
    (select id from person where plain_name = cast(:asked as text) limit :most)
    union select id from stage_0 union select id from stage_1 union select id from stage_2
),
counted as (
    select id, (
        select count(distinct title_id) from credit join title on title.id = title_id
        where person_id = pool.id and status = 'published'
    ) as films
    from pool where id not in (select id from kept)
    union all select id, films from kept
)
select slug, name, films from counted join person using (id)
where films > 0
order by (plain_name = cast(:asked as text)) desc, films desc, id limit :most
"""
