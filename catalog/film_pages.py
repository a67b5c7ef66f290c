"""A film as its page shows it: everything that stands there for everybody, read in one query.

A page is read a thousand times for each change, so this reads plain facts; changes go through
the tables of ``catalog/models.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from catalog import slugs, titles
from catalog.cards import Card
from catalog.similar import AT_MOST, SimilarCard
from core.errors import NotFound

REVIEWS_SHOWN = 5


class Named(NamedTuple):
    """A genre or a person, whose page stands at ``slug``."""

    slug: str
    name: str


class Credit(NamedTuple):
    """What somebody did: ``director``, or ``cast`` with a role where it is known."""

    job: str
    role: str | None
    person: Named


class Release(NamedTuple):
    """When it came out, where and how."""

    kind: str
    territory: str
    on: date


class Certificate(NamedTuple):
    """An age certificate."""

    system: str
    territory: str
    label: str


@dataclass(frozen=True, slots=True)
class Rating:
    """A score with its scale, source and votes, which ``histogram`` counts from 1 up."""

    source: str
    score: Decimal
    scale: int
    count: int
    histogram: list[int] | None


class Clip(NamedTuple):
    """A video that is there, its length, and since when it is."""

    id: int
    seconds: int
    added_at: datetime


class Trailer(NamedTuple):
    """The trailer and who may see it."""

    name: str
    gate: str
    video: Clip | None


class Said(NamedTuple):
    """One approved review."""

    written_on: date
    id: int
    member_id: int | None
    name: str
    score: int
    text: str
    spoiler: bool
    helpful: int
    watched: bool


@dataclass(frozen=True, slots=True)
class Film:
    """All of a title that its page shows to everybody; lists are in the order of the page.

    ``similar`` holds what the workers found, or chose where nothing is like the film; until they
    have looked for the first time it is empty.
    """

    id: int
    slug: str
    name: str
    original_name: str | None
    aliases: list[str]
    year: int | None
    runtime_minutes: int | None
    languages: list[str]
    synopsis: str | None
    synopsis_long: str | None
    rights: str | None
    content_notices: list[str]
    status: str
    picture: str | None
    still: str | None
    video_id: int | None
    captions: tuple[str, ...]
    genres: list[Named]
    credits: list[Credit]
    releases: list[Release]
    certificates: list[Certificate]
    ratings: list[Rating]
    trailer: Trailer | None
    reviews: list[Said]
    review_count: int
    similar: list[SimilarCard]

    @property
    def has_video(self) -> bool:
        """Whether it can be played."""
        return self.video_id is not None


def by_slug(db: Session, slug: str) -> Film:
    """The published film at ``slug``.

    Raises ``Moved`` for an address it once had, ``Gone`` when it has left, else ``NotFound``.
    """
    row = _read(db, _BY_SLUG, slug) if slugs.is_slug(slug) else None
    if row is None:
        raise titles.moved_or_missing(db, slug)
    titles.refuse_unpublished(row)
    return _film(row)


def by_id(db: Session, title_id: int) -> Film:
    """The film as its page shows it or will, whatever its status. Raises ``NotFound``."""
    row = _read(db, _BY_ID, title_id)
    if row is None:
        raise NotFound(title_id)
    return _film(row)


def _read(db: Session, read: TextClause, key: int | str) -> Any:
    return db.execute(read, {"key": key, "reviews": REVIEWS_SHOWN, "beside": AT_MOST}).first()


def _film(row: Any) -> Film:
    return Film(
        **{fact: row._mapping[fact] for fact in OWN_FACTS},
        captions=tuple(row.captions or ()),
        genres=[Named(*one) for one in row.genres or ()],
        credits=[
            Credit(job, role, Named(slug, name)) for job, role, slug, name in row.credits or ()
        ],
        releases=[
            Release(kind, where, date.fromisoformat(on)) for kind, where, on in row.releases or ()
        ],
        certificates=[Certificate(*one) for one in row.certificates or ()],
        ratings=[Rating(by, Decimal(score), *more) for by, score, *more in row.ratings or ()],
        trailer=_trailer(*row.trailer) if row.trailer else None,
        reviews=[Said(date.fromisoformat(on), *one) for on, *one in row.reviews or ()],
        review_count=row.review_count,
        similar=[SimilarCard(Card(*card), reason) for reason, *card in row.similar or ()],
    )


def _trailer(name: str, gate: str, video_id: int | None, seconds: int, at: str) -> Trailer:
    if video_id is None:
        return Trailer(name, gate, None)
    return Trailer(name, gate, Clip(video_id, seconds, datetime.fromisoformat(at)))


OWN_FACTS = (
    *("id", "slug", "name", "original_name", "aliases", "year", "runtime_minutes", "languages"),
    *(
        "synopsis",
        "synopsis_long",
        "rights",
        "content_notices",
        "status",
        "picture",
        "still",
        "video_id",
    ),
)
READ = """
select t.id, t.slug, t.name, t.original_name, t.aliases, t.year, t.runtime_minutes, t.languages,
    t.synopsis, t.synopsis_long, t.rights, t.content_notices, t.status, t.picture, t.still,
    t.video_id, t.taken_back,
    (select json_agg(language order by position)
        from caption_track where video_id = t.video_id) as captions,
    (select json_agg(json_build_array(genre.slug, genre.name) order by place.position)
        from title_genre place join genre on genre.id = place.genre_id
        where place.title_id = t.id) as genres,
    (select json_agg(
            json_build_array(credit.job, credit.role, person.slug, person.name)
            order by credit.position)
        from credit join person on person.id = credit.person_id
        where credit.title_id = t.id) as credits,
    (select json_agg(json_build_array(kind, territory, "on") order by "on", territory, kind)
        from release where title_id = t.id) as releases,
    (select json_agg(json_build_array(system, territory, label) order by system)
        from certificate where title_id = t.id) as certificates,
    (select json_agg(json_build_array(source, score::text, scale, count, histogram) order by source)
        from rating where title_id = t.id) as ratings,
    (select json_build_array(
            trailer.name, trailer.gate, video.id, video.seconds, video.added_at)
        from trailer left join video on video.id = trailer.video_id
        where trailer.title_id = t.id) as trailer,
    (select json_agg(json_build_array(
            written_on, id, member_id, name, score, text, spoiler, helpful, watched)
            order by written_on desc, id desc)
        from (select * from review where title_id = t.id and status = 'approved'
            order by written_on desc, id desc limit :reviews) as newest) as reviews,
    (select count(*) from review where title_id = t.id and status = 'approved') as review_count,
    coalesce(
        (select json_agg(json_build_array(
                near.reason, other.slug, other.name, other.year, genre.name, other.picture)
                order by near.rank)
            from similar_title near
            join title other on other.id = near.other_id and other.status = 'published'
            left join title_genre place on place.title_id = other.id and place.position = 0
            left join genre on genre.id = place.genre_id
            where near.title_id = t.id),
        (select json_agg(card order by rank) from (
            select filling.rank, json_build_array(
                filling.reason, other.slug, other.name, other.year, genre.name, other.picture) card
            from similar_filling filling
            join title other on other.id = filling.title_id and other.status = 'published'
            left join title_genre place on place.title_id = other.id and place.position = 0
            left join genre on genre.id = place.genre_id
            where filling.title_id <> t.id and exists (
                select from similar_search where title_id = t.id and made_at is not null)
            order by filling.rank limit :beside) as filled)) as similar
from title t
"""
_BY_SLUG, _BY_ID = text(READ + "where t.slug = :key"), text(READ + "where t.id = :key")
