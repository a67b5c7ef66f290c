"""Looking for the films like each title: some titles at a time, what has changed first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import similar_filling
from catalog.similar import AT_MOST

AT_ONCE = 20_000
UNTOLD = 10  # of a tenth of the titles the planner may not have heard yet, as after an import
LOCK = "lock table similar_title in share row exclusive mode"
# The films of a genre are walked to from where a title stands. PostgreSQL thinks them few, and
# would read all of them for every title.
WALKS = "set local enable_seqscan = off", "set local enable_bitmapscan = off"


def is_due(db: Session) -> bool:
    """Whether a published title is new, or has changed or lost a film beside it since its similar
    films were looked for."""
    return bool(_changed(db, 1))


def refresh(db: Session, *, now: datetime) -> int:
    """Find the similar films of every published title anew and return how many were stored.

    A shared director counts 6, that the same people watch both 4, a shared player 3, a shared
    genre 2, the same years (five apart at most) 2, fifteen apart 1; of equals the more popular
    stands first, then the nearer in time.
    """
    db.execute(text(LOCK))  # one at a time
    found, last = 0, 0
    changed = _changed(db, None)
    while ids := list(db.scalars(text(PUBLISHED), {"last": last, "most": AT_ONCE})):
        found += _find(db, ids, now=now)
        last = ids[-1]
    _settle(db, changed)
    similar_filling.refresh(db, now=now)
    return found


def refresh_some(db: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """Find those of some titles, the changed ones first, then those looked for longest ago.

    Returns how many titles were looked at. What was found stays for a day, unless the title
    changes or a film beside it leaves. Broken off or done twice, it goes on with what is still due.
    """
    db.execute(text(LOCK))  # one at a time
    changed = _changed(db, most)
    ids = list(changed)
    if len(ids) < most:
        rest = {"before": now - similar_filling.LASTS, "most": most - len(ids), "ids": ids}
        ids += db.scalars(text(OLD), rest)
    _find(db, ids, now=now)
    _settle(db, changed)
    similar_filling.refresh(db, now=now)
    return len(ids)


def how_many_due(db: Session, *, now: datetime) -> int:
    """Of how many titles ``refresh_due`` would find the similar films."""
    return int(db.scalar(text(DUE), {"before": now - similar_filling.LASTS}) or 0)


def refresh_due(
    transaction: Callable[[], AbstractContextManager[Session]], *, now: datetime
) -> Iterator[int]:
    """Find those of all titles that are due, each batch in a transaction of its own; tells how
    many titles each batch had."""
    number = AT_ONCE
    while number == AT_ONCE:
        with transaction() as db:
            number = refresh_some(db, now=now, most=AT_ONCE)
        yield number


def _changed(db: Session, most: int | None) -> dict[int, datetime]:
    """The titles that a trigger has noted as new, changed or left by one beside them, and when."""
    return dict(db.execute(text(CHANGED), {"most": most}).all())


def _settle(db: Session, changed: dict[int, datetime]) -> None:
    """Take the notes off, but for titles that have changed again while we looked."""
    given = {"ids": list(changed), "seen": list(changed.values())}
    db.execute(text(SETTLE), given)


def _find(db: Session, ids: list[int], *, now: datetime) -> int:
    """Store what stands beside these titles, and that it was looked for.

    A row that is found as it was is not written: a written one drops the page that shows it.
    """
    if not ids:
        return 0
    given = {"ids": ids, "now": now, "at_most": AT_MOST}
    if len(ids) * UNTOLD > int(db.scalar(text(KNOWN)) or 0):
        db.execute(text("analyze title, title_genre, credit, listing"))
    for walk in WALKS:
        db.execute(text(walk))
    found = int(db.scalar(text(FIND), given) or 0)
    db.execute(text(NOTE), given)
    return found


PUBLISHED = """
select title_id from listing where title_id > :last order by title_id limit :most
"""
KNOWN = "select reltuples from pg_class where oid = cast('listing' as regclass)"
CHANGED = """
select title_id, changed_at from similar_search where changed_at is not null
order by changed_at, title_id limit :most
"""
DUE = """
select count(*) from similar_search where changed_at is not null or made_at <= :before
"""
OLD = """
select title_id from similar_search where made_at <= :before and title_id <> all(:ids)
order by made_at, title_id limit :most
"""
NOTE = """
insert into similar_search (title_id, made_at)
select id, :now from unnest(cast(:ids as bigint[])) as id order by id
on conflict (title_id) do update set made_at = excluded.made_at
"""
SETTLE = """
update similar_search set changed_at = null
from unnest(cast(:ids as bigint[]), cast(:seen as timestamptz[])) as looked (id, seen)
where title_id = id and changed_at = seen
"""
FIND = """
with asked as (
    select title_id, oldest, less_popular from listing where title_id = any(:ids)
),
met as (
    select a.title_id, b.title_id as other_id, a.job, person.name, a.position
    from asked
    join credit a on a.title_id = asked.title_id
    join credit b on b.person_id = a.person_id and b.job = a.job and b.title_id <> a.title_id
    join person on person.id = a.person_id
    join listing on listing.title_id = b.title_id
),
together as (
    select asked.title_id, other_id from asked join watched_together using (title_id)
    join listing on listing.title_id = other_id
),
pair as (
    select title_id, other_id from met
    union
    select title_id, other_id from together
    union
    -- films side by side when those of a genre stand in a line by year
    select asked.title_id, beside.title_id
    from asked
    join title_genre on title_genre.title_id = asked.title_id
    join genre on genre.id = genre_id
    cross join lateral (
        (select near.title_id from listing near
            where facets @> array[cast('genre:' || genre.slug as varchar)]
                and (near.oldest, near.less_popular, near.title_id)
                    > (asked.oldest, asked.less_popular, asked.title_id)
            order by oldest, less_popular, title_id limit 12)
        union all
        (select near.title_id from listing near
            where facets @> array[cast('genre:' || genre.slug as varchar)]
                and (near.oldest, near.less_popular, near.title_id)
                    < (asked.oldest, asked.less_popular, asked.title_id)
            order by oldest desc, less_popular desc, title_id desc limit 12)
    ) as beside
),
people as (
    select title_id, other_id,
        sum(case job when 'director' then 6 else 3 end) as points,
        (array_agg(
            case job when 'director' then 'Also directed by ' else 'Also with ' end || name
            order by job = 'director' desc, position
        ))[1] as reason
    from met group by title_id, other_id
),
kinds as (
    select pair.title_id, pair.other_id, count(*) as shared,
        (array_agg(genre.name order by a.position, b.position))[1] as name
    from pair
    join title_genre a on a.title_id = pair.title_id
    join title_genre b on b.title_id = pair.other_id and b.genre_id = a.genre_id
    join genre on genre.id = a.genre_id
    group by pair.title_id, pair.other_id
),
scored as (
    select pair.title_id, pair.other_id,
        coalesce(people.points, 0) + 2 * coalesce(kinds.shared, 0)
            + case when together.other_id is null then 0 else 4 end
            + case when years.apart <= 5 then 2 when years.apart <= 15 then 1 else 0 end as points,
        coalesce(
            people.reason,
            case when together.other_id is not null then 'Watched by the same people' end,
            case when years.apart <= 5
                then kinds.name || ' from the same years' else 'More ' || case
                    when kinds.name ~ '[[:upper:]]{2}' then kinds.name else lower(kinds.name) end
            end
        ) as reason,
        other.less_popular, years.apart
    from pair
    join listing mine on mine.title_id = pair.title_id
    join listing other on other.title_id = pair.other_id
    cross join lateral (
        select abs(nullif(mine.oldest, 32767) - nullif(other.oldest, 32767)) as apart
    ) as years
    left join people on people.title_id = pair.title_id and people.other_id = pair.other_id
    left join together
        on together.title_id = pair.title_id and together.other_id = pair.other_id
    left join kinds on kinds.title_id = pair.title_id and kinds.other_id = pair.other_id
),
ranked as (
    select *, row_number() over (
        partition by title_id order by points desc, less_popular, apart nulls last, other_id
    ) as rank
    from scored
),
found as materialized (
    select title_id, rank, other_id, reason from ranked where rank <= :at_most
),
lasts as (
    select title_id, max(rank) as rank from (
        select title_id, rank from found
        union all select id, 0 from unnest(cast(:ids as bigint[])) as id
    ) as each group by title_id
),
gone as (
    delete from similar_title as old using lasts
    where old.title_id = lasts.title_id and old.rank > lasts.rank
),
written as (
    insert into similar_title as old (title_id, rank, other_id, reason, made_at)
    select title_id, rank, other_id, reason, :now from found
    on conflict (title_id, rank) do update
    set other_id = excluded.other_id, reason = excluded.reason, made_at = excluded.made_at
    where (old.other_id, old.reason) is distinct from (excluded.other_id, excluded.reason)
)
select count(*) from found
"""
