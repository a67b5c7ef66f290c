"""The rows of the front page: the operator's collections, else the beginnings of the lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from catalog import genres, listings
from catalog.cards import Card, chosen
from catalog.genres import GenreCount
from catalog.listings import COUNTED_LIVE, ORDERS
from catalog.models import Collection, CollectionTitle, Listing, ListingCount, Title
from catalog.narrowing import Narrowed
from catalog.stretches import Offered, Stretch, Tag

RAILS, CARDS_IN_RAIL = 8, 12
LEAST_OF_A_GENRE = 4  # fewer are no row


@dataclass(frozen=True)
class Rail:
    """A row of films; ``total`` counts all that its full list has.

    That is the collection at ``slug``, or where there is none the list that ``query`` makes.
    """

    name: str
    cards: list[Card]
    total: int
    slug: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rails:
    """The rows of a page and what they show, in names and stretches, beside their cards."""

    rows: list[Rail]
    tags: frozenset[Tag] = frozenset()


def drawn(db: Session, *, most: int = RAILS) -> Rails:
    """The first collections that have films, twelve cards each, in one query; where there is none,
    the most popular films, the newest and those of the genres with the most."""
    rows = of_collections(db, most=most)
    return Rails(rows) if rows else of_lists(db, most=most)


def of_collections(db: Session, *, most: int = RAILS) -> list[Rail]:
    """Of each collection the first twelve are read and no more; how many a long one has is kept."""
    collections = _collections().limit(most).subquery()
    first = (
        _placed()
        .where(CollectionTitle.collection_id == collections.c.id)
        .order_by(CollectionTitle.position, CollectionTitle.title_id)
        .limit(CARDS_IN_RAIL)
        .lateral()
    )
    page = select(collections, first.c.title_id, first.c.position.label("place"))
    placed = page.select_from(collections).join(first, true()).subquery()
    rows = db.execute(
        chosen(placed.c.slug, placed.c.name, placed.c.total)
        .join(placed, placed.c.title_id == Title.id)
        .order_by(placed.c.position, placed.c.slug, placed.c.place, placed.c.title_id)
    )
    found: dict[str, Rail] = {}
    for *card, slug, name, total in rows:
        found.setdefault(slug, Rail(name, [], total, slug)).cards.append(Card(*card))
    return list(found.values())


def _collections() -> Select[Any]:
    """The collections to be drawn, each with the number of its films."""
    its = _placed().where(CollectionTitle.collection_id == Collection.id).correlate(Collection)
    live = select(func.count()).select_from(its.subquery()).scalar_subquery()
    kept = ListingCount.titles
    return (
        select(
            Collection.id,
            Collection.slug,
            Collection.name,
            Collection.position,
            case((kept > COUNTED_LIVE, kept), else_=live).label("total"),
        )
        .outerjoin(ListingCount, ListingCount.cell == func.concat("collection:", Collection.slug))
        .where(its.exists())
        .order_by(Collection.position, Collection.slug)
    )


def _placed() -> Select[int, int]:
    return select(CollectionTitle.title_id, CollectionTitle.position).join(
        Listing, Listing.title_id == CollectionTitle.title_id
    )


def of_lists(db: Session, *, most: int = RAILS) -> Rails:
    """Rows that nobody put together, for a catalogue without collections; of one that fills no
    second row, its films alone."""
    total = listings.number_of_all(db)
    counted = genres.with_counts(db) if most > 1 else []
    rails = [Rail("Most popular", [], total)]
    if total > CARDS_IN_RAIL and most > 1:
        rails.append(Rail("Newest", [], total, query={"sort": "newest"}))
        rails += [
            Rail(one.name, [], one.titles, query={"genre": one.slug})
            for one in _largest(counted, most - len(rails))
        ]
    keys = _fill(db, rails)
    tags: set[Tag] = {"lists"}  # what genres there are, and their names
    if most > 1:
        tags.add(Offered.by(genre=[one.slug for one in counted]))
    for rail, its in zip(rails, keys, strict=True):
        tags |= _shown(rail, its, is_counted=total <= COUNTED_LIVE)
    for one in counted:
        tags |= _counted(one.slug, is_live=total <= COUNTED_LIVE)
    return Rails([rail for rail in rails if rail.cards], frozenset(tags))


def _largest(counted: Sequence[GenreCount], most: int) -> list[GenreCount]:
    large = (one for one in counted if one.titles >= LEAST_OF_A_GENRE)
    return sorted(large, key=lambda one: (-one.titles, one.name))[:most]


def _fill(db: Session, rails: Sequence[Rail]) -> list[list[tuple[Any, ...]]]:
    """Put the first twelve films into each row, all in one query; answers their keys in the row's
    order."""
    rows = union_all(*(_beginning(place, rail) for place, rail in enumerate(rails))).subquery()
    found = db.execute(
        chosen(rows.c.place, rows.c.newest, rows.c.less_popular, rows.c.title_id)
        .join(rows, rows.c.title_id == Title.id)
        .order_by(rows.c.place, rows.c.at)
    )
    keys: list[list[tuple[Any, ...]]] = [[] for _ in rails]
    for *card, place, newest, less_popular, title_id in found:
        rails[place].cards.append(Card(*card))
        first = (newest,) if _order(rails[place]) == "newest" else ()
        keys[place].append((*first, less_popular, title_id))
    return keys


def _beginning(place: int, rail: Rail) -> Select[Any]:
    order = ORDERS[_order(rail)]
    some = (
        select(Listing.newest, Listing.less_popular, Listing.title_id)
        .where(*_narrowed(rail).rules(by_index=False))
        .order_by(*order)
        .limit(CARDS_IN_RAIL)
        .subquery()
    )
    at = func.row_number().over(order_by=[some.c[one.key] for one in order]).label("at")
    return select(literal(place).label("place"), at, *some.c)


def _order(rail: Rail) -> str:
    return rail.query.get("sort", "popular")


def _narrowed(rail: Rail) -> Narrowed:
    return Narrowed.by(rail.query.get("genre"), None, None, None, None)


def _shown(rail: Rail, keys: list[tuple[Any, ...]], *, is_counted: bool) -> set[Tag]:
    narrowed = _narrowed(rail)
    stretch = Stretch(
        facets=narrowed.having,
        order=[column.key for column in ORDERS[_order(rail)]],
        size=CARDS_IN_RAIL,
        at_base=True,
        is_counted=is_counted,
        keys=keys,
    )
    return {stretch, *narrowed.tags()}


def _counted(genre: str, *, is_live: bool) -> set[Tag]:
    """By what a page hears that a genre has more films or fewer, so that another may be larger."""
    narrowed = Narrowed.by(genre, None, None, None, None)
    number = Stretch(narrowed.having, order=(), size=0, at_base=True, is_counted=True)
    return {number, *narrowed.tags()} if is_live else set(narrowed.tags())
