"""The numbers that are kept because counting them anew for each page would take too long."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.listings import COUNTED_LIVE

LISTS = """
with alike as (
    select facets, count(*) as titles,
        min(nullif(oldest, 32767)) as first_year, max(nullif(oldest, 32767)) as last_year
    from listing group by facets
),
kinds as (
    select *,
        array(select one from unnest(facets) one where one like 'certificate:%') as labels,
        array(select one from unnest(facets) one where one like 'decade:%') as decades,
        array(select one from unnest(facets) one where one like 'genre:%') as genres,
        array(select one from unnest(facets) one where one like 'length:%') as lengths
    from alike
),
fresh as (
    select concat_ws(' ', label, decade, genre, length)
        as cell, sum(titles) as titles, min(first_year) as first_year, max(last_year) as last_year
    from kinds
    cross join unnest(labels || null::varchar) as label
    cross join unnest(decades || null::varchar) as decade
    cross join unnest(genres || null::varchar) as genre
    cross join unnest(lengths || null::varchar) as length
    group by label, decade, genre, length
    union all
    select 'collection:' || slug, count(*), null, null
    from collection_title join listing using (title_id)
    join collection on collection.id = collection_id
    group by slug
),
changed as (
    select cell, fresh.titles is null as is_gone, greatest(fresh.titles, past.titles) as most
    from fresh full join listing_count as past using (cell)
    where fresh.titles is distinct from past.titles
),
gone as (
    delete from listing_count where not exists (
        select from fresh where fresh.cell = listing_count.cell
    )
),
stored as (
    insert into listing_count as kept (cell, titles, first_year, last_year)
    select cell, titles, first_year, last_year from fresh
    on conflict (cell) do update set titles = excluded.titles,
        first_year = excluded.first_year, last_year = excluded.last_year
    where (kept.titles, kept.first_year, kept.last_year)
        is distinct from (excluded.titles, excluded.first_year, excluded.last_year)
)
select 'count:' || replace(cell, ' ', '_') from changed where most > :live
union all
select distinct 'collections' from changed where most > :live and cell like 'collection:%'
union all
select distinct 'lists' from changed where is_gone and cell like 'genre:%'
"""
ROOM = 7_000  # bytes of a message


def refresh(db: Session) -> None:
    """Count every list that filters can make, and every collection.

    Titles of the same facets are counted together first: there are far fewer kinds than titles.
    Pages hear of the numbers that they print, and of a genre that no list can be narrowed by more.
    """
    db.execute(text("lock table listing_count in share row exclusive mode"))
    said = " ".join(db.scalars(text(LISTS), {"live": COUNTED_LIVE}))
    if said:
        said = said if len(said.encode()) <= ROOM else "lists collections"
        db.execute(text("select pg_notify('pages', :said)"), {"said": said})
