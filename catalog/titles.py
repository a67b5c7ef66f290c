"""Films: one by its address, lists with filters and pages, the rails of the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import plain, slugs
from catalog.cards import Card, chosen
from catalog.models import (
    Certificate,
    Collection,
    CollectionTitle,
    Credit,
    FormerSlug,
    Genre,
    Rating,
    Title,
    TitleGenre,
)
from core.errors import DomainError, Gone, NotFound

__all__ = ["Card", "Choices", "Listing", "Moved", "Rail", "by_slug", "choices", "listed", "rails"]

PER_PAGE = 48
RAILS, CARDS_IN_RAIL = 8, 12
LAST_YEAR = 9_990
LENGTHS = {"short": (0, 89), "usual": (90, 120), "long": (121, 100_000)}
SORTS = ("popular", "newest", "oldest", "rating", "name")
WHOLE = (
    selectinload(Title.genres),
    selectinload(Title.credits).joinedload(Credit.person),
    selectinload(Title.releases),
    selectinload(Title.certificates),
    selectinload(Title.ratings),
    joinedload(Title.trailer),
)


class Moved(DomainError):
    """The film has a new address: ``slug``."""

    status = 301
    sentence = "This film has a new address."

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True)
class Listing:
    """One page of a list: its cards, how many films there are in all, and on how many pages."""

    cards: list[Card]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Rail:
    """A row of the home page: a collection with its first films; ``total`` counts all of them."""

    slug: str
    name: str
    cards: list[Card]
    total: int


@dataclass(frozen=True)
class Choices:
    """What the published films can be narrowed by: decades (1990), newest first, and labels."""

    decades: list[int]
    certificates: list[str]


def by_slug(db: Session, slug: str, *, whole: bool = False) -> Title:
    """The published title at ``slug``; ``whole`` brings all that its page shows in seven queries.

    Raises ``Moved`` for an address it once had, ``Gone`` when withdrawn, else ``NotFound``.
    """
    if not slugs.is_slug(slug):
        raise NotFound(slug)
    found = select(Title).where(Title.slug == slug).options(*(WHOLE if whole else ()))
    title = db.scalars(found).one_or_none()
    if title is None:
        raise _moved_or_missing(db, slug)
    if title.status == "withdrawn":
        raise Gone(slug)
    if title.status == "draft":
        raise NotFound(slug)
    return title


def _moved_or_missing(db: Session, slug: str) -> DomainError:
    moved = select(Title.slug).join(FormerSlug, FormerSlug.title_id == Title.id)
    present = db.scalar(moved.where(FormerSlug.slug == slug, Title.status != "draft"))
    return NotFound(slug) if present is None else Moved(present)


def listed(
    db: Session,
    *,
    genre: str | None = None,
    collection: str | None = None,
    decade: int | None = None,
    certificate: str | None = None,
    length: str | None = None,
    sort: str = "popular",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Listing:
    """One page of the published films that meet every filter given, in two queries.

    ``genre`` and ``collection`` are slugs, ``decade`` its first year, ``length`` a key of
    ``LENGTHS``, ``sort`` one of ``SORTS``. A page past the end is empty.
    """
    rules = _rules(genre, collection, decade, certificate, length)
    every = select(func.count()).select_from(Title).where(Title.status == "published", *rules)
    total = db.scalar(every) or 0
    page, pages = max(page, 1), max(-(-total // per_page), 1)
    if page > pages:
        return Listing([], total, page, pages)
    rows = db.execute(
        _sorted(chosen().where(*rules), sort).limit(per_page).offset((page - 1) * per_page)
    )
    return Listing([Card(*row) for row in rows], total, page, pages)


def _rules(
    genre: str | None,
    collection: str | None,
    decade: int | None,
    certificate: str | None,
    length: str | None,
) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if genre:
        within = select(TitleGenre.title_id).join(Genre, Genre.id == TitleGenre.genre_id)
        rules.append(Title.id.in_(within.where(Genre.slug == plain.storable(genre))))
    if collection:
        among = select(CollectionTitle.title_id).join(
            Collection, Collection.id == CollectionTitle.collection_id
        )
        rules.append(Title.id.in_(among.where(Collection.slug == plain.storable(collection))))
    if decade:
        first = min(max(decade, 0), LAST_YEAR)
        rules.append(Title.year.between(first, first + 9))
    if certificate:
        label = plain.storable(certificate)
        labelled = select(Certificate.title_id).where(Certificate.label == label)
        rules.append(Title.id.in_(labelled))
    if length in LENGTHS:
        rules.append(Title.runtime_minutes.between(*LENGTHS[length]))
    return rules


def _sorted(cards: Select[Any], sort: str) -> Select[Any]:
    score = (
        select(Rating.score / Rating.scale)
        .where(Rating.title_id == Title.id)
        .order_by(Rating.count.desc())
        .limit(1)
        .scalar_subquery()
    )
    orders: dict[str, ColumnElement[Any]] = {
        "newest": Title.year.desc().nulls_last(),
        "oldest": Title.year.asc().nulls_last(),
        "rating": score.desc().nulls_last(),
        "name": Title.plain_name.asc(),
    }
    first = [orders[sort]] if sort in orders else []
    return cards.order_by(*first, Title.popularity.desc(), Title.id)


def choices(db: Session) -> Choices:
    """The decades and certificates that occur among the published films."""
    shown = Title.status == "published"
    starts = select(func.distinct(Title.year - Title.year % 10)).where(
        shown, Title.year.is_not(None)
    )
    labels = (
        select(Certificate.label)
        .join(Title, Title.id == Certificate.title_id)
        .where(shown)
        .distinct()
    )
    return Choices(sorted(db.scalars(starts), reverse=True), sorted(db.scalars(labels)))


def collection(db: Session, slug: str) -> Collection:
    """The collection at ``slug``, for the heading of its full list. Raises ``NotFound``."""
    found = None
    if slugs.is_slug(slug):
        found = db.scalar(select(Collection).where(Collection.slug == slug))
    if found is None:
        raise NotFound(slug)
    return found


def rails(db: Session) -> list[Rail]:
    """The first eight collections that have films, twelve cards each, in one query."""
    id_ = Collection.id
    placed = (
        select(
            CollectionTitle.title_id,
            Collection.slug,
            Collection.name,
            Collection.position,
            func.row_number()
            .over(partition_by=id_, order_by=CollectionTitle.position)
            .label("place"),
            func.count().over(partition_by=id_).label("total"),
        )
        .join(Collection, Collection.id == CollectionTitle.collection_id)
        .join(Title, Title.id == CollectionTitle.title_id)
        .where(Title.status == "published")
        .subquery()
    )
    rows = db.execute(
        chosen(placed.c.slug, placed.c.name, placed.c.total)
        .join(placed, placed.c.title_id == Title.id)
        .where(placed.c.place <= CARDS_IN_RAIL)
        .order_by(placed.c.position, placed.c.slug, placed.c.place)
    )
    found: dict[str, Rail] = {}
    for *card, slug, name, total in rows:
        found.setdefault(slug, Rail(slug, name, [], total)).cards.append(Card(*card))
    return list(found.values())[:RAILS]
