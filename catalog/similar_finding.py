"""Looking for the films like each title: some titles at a time, what has changed first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.similar import AT_MOST

AT_ONCE = 20_000
LASTS = timedelta(hours=24)
LOCK = "lock table similar_title in share row exclusive mode"


def is_due(db: Session) -> bool:
    """Whether a published title is new or has changed since its similar films were looked for."""
    return bool(_changed(db, 1))


def refresh(db: Session, *, now: datetime) -> int:
    """Find the similar films of every published title anew and return how many were stored.

    A shared director counts 6, a shared player 3, a shared genre 2, the same years (five apart
    at most) 2, fifteen apart 1; of equals the more popular stands first, then the nearer in time.
    """
    _prepare(db)
    found, last = 0, 0
    while ids := list(db.scalars(text(PUBLISHED), {"last": last, "most": AT_ONCE})):
        found += _find(db, ids, now=now)
        last = ids[-1]
    return found


def refresh_some(db: Session, *, now: datetime, most: int = AT_ONCE) -> int:
    """Find those of some titles, the changed ones first, then those looked for longest ago.

    Returns how many titles were looked at. What was found stays for a day, unless the title
    changes. Broken off or done twice, it goes on with what is still due.
    """
    _prepare(db)
    ids = _changed(db, most)
    if len(ids) < most:
        rest = {"before": now - LASTS, "most": most - len(ids), "ids": ids}
        ids += db.scalars(text(OLD), rest)
    _find(db, ids, now=now)
    return len(ids)


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


def _prepare(db: Session) -> None:
    """One at a time; and the planner is told of what an import has just brought."""
    db.execute(text(LOCK))
    if not db.scalar(text("select exists (select from similar_search)")):
        db.execute(text("analyze title, title_genre, credit"))


def _changed(db: Session, most: int) -> list[int]:
    return list(db.scalars(text(CHANGED), {"most": most}))


def _find(db: Session, ids: list[int], *, now: datetime) -> int:
    """Store anew what stands beside these titles, and that it was looked for."""
    if not ids:
        return 0
    given = {"ids": ids, "now": now, "at_most": AT_MOST}
    db.execute(text("delete from similar_title where title_id = any(:ids)"), given)
    found = db.connection().execute(text(FIND), given).rowcount
    db.execute(text(NOTE), given)
    return found


PUBLISHED = """
select id from title where status = 'published' and id > :last order by id limit :most
"""
CHANGED = """
select id from title left join similar_search on title_id = id
where status = 'published' and (made_at is null or updated_at > made_at)
order by id limit :most
"""
OLD = """
select title_id from similar_search join title on id = title_id
where status = 'published' and made_at <= :before and title_id <> all(:ids)
order by made_at, title_id limit :most
"""
NOTE = """
insert into similar_search (title_id, made_at) select unnest(:ids), :now
on conflict (title_id) do update set made_at = excluded.made_at
"""
FIND = """
with shown as (
    select id, year, popularity from title where status = 'published'
),
asked as (
    select id from shown where id = any(:ids)
),
-- films side by side when those of a genre stand in a line by year
line as (
    select title_id, genre_id, row_number() over (
        partition by genre_id order by shown.year nulls last, shown.popularity desc, shown.id
    ) as place
    from title_genre join shown on shown.id = title_id
),
met as (
    select a.title_id, b.title_id as other_id, a.job, person.name, a.position
    from asked
    join credit a on a.title_id = asked.id
    join credit b on b.person_id = a.person_id and b.job = a.job and b.title_id <> a.title_id
    join person on person.id = a.person_id
    join shown on shown.id = b.title_id
),
pair as (
    select title_id, other_id from met
    union
    select a.title_id, b.title_id
    from asked
    join line a on a.title_id = asked.id
    cross join generate_series(-12, 12) as step
    join line b on b.genre_id = a.genre_id and b.place = a.place + step
    where step <> 0
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
    select title_id, other_id,
        coalesce(people.points, 0) + 2 * coalesce(kinds.shared, 0)
            + case when abs(mine.year - other.year) <= 5 then 2
                when abs(mine.year - other.year) <= 15 then 1 else 0 end as points,
        coalesce(
            people.reason,
            case when abs(mine.year - other.year) <= 5
                then kinds.name || ' from the same years' else 'More ' || lower(kinds.name) end
        ) as reason,
        other.popularity, abs(mine.year - other.year) as apart
    from pair
    join shown mine on mine.id = title_id
    join shown other on other.id = other_id
    left join people using (title_id, other_id)
    left join kinds using (title_id, other_id)
),
ranked as (
    select *, row_number() over (
        partition by title_id order by points desc, popularity desc, apart nulls last, other_id
    ) as rank
    from scored
)
insert into similar_title (title_id, rank, other_id, reason, made_at)
select title_id, rank, other_id, reason, :now from ranked where rank <= :at_most
"""
