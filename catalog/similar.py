"""Similar films: found from shared people, genres and years, each with one printed reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, text, union
from sqlalchemy.orm import Session

from catalog.cards import Card, chosen
from catalog.models import Genre, Listing, Similar, Title, TitleGenre

AT_MOST = 12
POPULAR = "Popular with others"


@dataclass(frozen=True)
class SimilarCard:
    """A film and why it stands beside another."""

    card: Card
    reason: str


def of(db: Session, title_id: int) -> list[SimilarCard]:
    """Up to twelve films like a title, the likest first; never empty beside a second film.

    Before the first ``refresh``, and where nothing is alike, the most popular of its first genre
    come first, then any.
    """
    stored = db.execute(
        chosen(Similar.reason)
        .join(Similar, Similar.other_id == Title.id)
        .where(Similar.title_id == title_id)
        .order_by(Similar.rank)
    ).all()
    rows = stored or db.execute(_popular(db, title_id)).all()
    return [SimilarCard(Card(*row[:5]), row.reason) for row in rows]


def is_found(shown: list[SimilarCard]) -> bool:
    """Whether the films stand there for their likeness, not for being popular."""
    return bool(shown) and shown[0].reason != POPULAR


def _popular(db: Session, title_id: int) -> Select[Any]:
    """The most popular of a title's first genre, then any: two short walks, not a look at all."""
    first = select(Genre.slug).join(TitleGenre, TitleGenre.genre_id == Genre.id)
    genre = db.scalar(first.where(TitleGenre.title_id == title_id, TitleGenre.position == 0))
    walked = select(Listing.title_id).where(Listing.title_id != title_id)
    walked = walked.order_by(Listing.less_popular, Listing.title_id).limit(AT_MOST)
    same = Listing.facets.contains([f"genre:{genre}"])
    near = union(walked.where(same), walked)
    return (
        chosen(literal(POPULAR).label("reason"))
        .join(Listing, Listing.title_id == Title.id)
        .where(Title.id.in_(near))
        .order_by(same.desc(), Listing.less_popular, Title.id)
        .limit(AT_MOST)
    )


def is_due(db: Session) -> bool:
    """Whether a title has changed since the similar ones were last found."""
    changed = db.scalar(select(func.max(Title.updated_at)))
    made = db.scalar(select(func.max(Similar.made_at)))
    return changed is not None and (made is None or changed > made)


def refresh(db: Session, *, now: datetime) -> int:
    """Find the similar films of every published title anew and return how many were stored.

    A shared director counts 6, a shared player 3, a shared genre 2, the same years (five apart
    at most) 2, fifteen apart 1; of equals the more popular stands first, then the nearer in time.
    """
    db.execute(text("lock table similar_title in share row exclusive mode"))
    db.execute(text("delete from similar_title"))
    db.execute(text("analyze title, title_genre, credit"))  # after an import, or the plan is poor
    made = {"now": now, "at_most": AT_MOST}
    return db.connection().execute(text(FIND), made).rowcount


FIND = """
with shown as (
    select id, year, popularity from title where status = 'published'
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
    from credit a
    join credit b on b.person_id = a.person_id and b.job = a.job and b.title_id <> a.title_id
    join person on person.id = a.person_id
    join shown on shown.id = b.title_id
),
pair as (
    select title_id, other_id from met
    union
    select a.title_id, b.title_id
    from line a
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
