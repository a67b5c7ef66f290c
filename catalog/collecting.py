"""The collections as an editor arranges them: their names, their places, their films in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from catalog import records, slugs
from catalog.models import Collection, CollectionTitle, FormerSlug, Listing, Title
from core import keyset
from core.errors import DomainError, NotFound

ONE_ARRANGES = 18951228  # the key under which collections are changed, one after the other
MOST_FILMS = 300
"""Of a collection with more, the films come by an import and are not arranged by hand."""


@dataclass(frozen=True)
class Arranged:
    """A collection in the order of the front page; ``films`` counts those that are published."""

    id: int
    slug: str
    name: str
    films: int


class NameTaken(DomainError):
    """Another collection has this name, or one that is written alike."""

    status = 409
    sentence = "Another row has this name. Choose another one."


class UnknownFilms(DomainError):
    """Addresses that no film has or had: ``slugs``."""

    status = 422

    def __init__(self, unknown: Sequence[str]) -> None:
        super().__init__(len(unknown))
        self.sentence = f"No film has the address {unknown[0][:100]}. Nothing is saved yet."


def listed(db: Session) -> list[Arranged]:
    """Every collection, in the order in which the front page draws them."""
    live = (
        select(func.count())
        .select_from(CollectionTitle)
        .join(Listing, Listing.title_id == CollectionTitle.title_id)
        .where(CollectionTitle.collection_id == Collection.id)
        .scalar_subquery()
    )
    rows = select(Collection.id, Collection.slug, Collection.name, live)
    return [Arranged(*row) for row in db.execute(rows.order_by(*_ORDER))]


def by_id(db: Session, collection_id: int) -> Collection:
    """The collection with this number. Raises ``NotFound``."""
    return _found(db, _wanted(collection_id))


def held(db: Session, collection_id: int) -> Collection:
    """The same, which nobody else changes until the commit; nor any other, since to put one in its
    place moves others."""
    db.execute(select(func.pg_advisory_xact_lock(ONE_ARRANGES)))
    return _found(db, _wanted(collection_id).with_for_update())


def place(db: Session, collection: Collection) -> int:
    """Where a collection stands, from 1."""
    return list(db.scalars(select(Collection.id).order_by(*_ORDER))).index(collection.id) + 1


def films(db: Session, collection: Collection) -> list[str] | None:
    """The addresses of its films, drafts too, in order; ``None`` where they are too many to be
    arranged by hand."""
    order = (CollectionTitle.position, CollectionTitle.title_id)
    its = select(Title.slug).join(CollectionTitle, CollectionTitle.title_id == Title.id)
    found = its.where(CollectionTitle.collection_id == collection.id).order_by(*order)
    addresses = list(db.scalars(found.limit(MOST_FILMS + 1)))
    return addresses if len(addresses) <= MOST_FILMS else None


def fingerprint(db: Session, collection: Collection) -> str:
    """What tells its name, place and films from any that somebody else puts in their place."""
    said = [collection.name, place(db, collection), films(db, collection)]
    return records.digest(said)[:24]


def make(db: Session, name: str) -> Collection:
    """A new collection without films, the last of all. Raises ``NameTaken``."""
    slug = _free(db, name, None)
    last = db.scalar(select(func.max(Collection.position))) or 0
    given = upsert(Collection).values(name=name, slug=slug, position=last + 1)
    made: Collection | None = db.scalar(given.on_conflict_do_nothing().returning(Collection))
    if made is None:  # somebody else, or an import, was quicker
        raise NameTaken(name)
    return made


def change(
    db: Session, collection: Collection, *, name: str, at: int, films: Sequence[str] | None
) -> None:
    """Name a collection, put it in the place ``at`` (from 1) and these films into it, in order;
    ``None`` leaves its films alone. Its address stays. Raises ``NameTaken`` and ``UnknownFilms``.
    """
    if name != collection.name:
        _free(db, name, collection.id)
        collection.name = name
    if films is not None:
        _fill(db, collection, _titles(db, films))
    _move(db, collection, at)


def remove(db: Session, collection: Collection) -> None:
    """Take a collection away; its films stay in the catalogue."""
    db.delete(collection)
    db.flush()


def _wanted(collection_id: int) -> Select[Collection]:
    return select(Collection).where(Collection.id == min(collection_id, keyset.LARGEST))


def _found(db: Session, wanted: Select[Collection]) -> Collection:
    found = db.scalar(wanted)
    if found is None:
        raise NotFound
    return found


_ORDER = (Collection.position, Collection.slug)


def _free(db: Session, name: str, own: int | None) -> str:
    """The address that a name gives, where no other collection has it or the name."""
    slug = slugs.for_group(name)
    taken = select(Collection.id).where((Collection.slug == slug) | (Collection.name == name))
    if own is not None:
        taken = taken.where(Collection.id != own)
    if db.scalar(taken.limit(1)) is not None:
        raise NameTaken(name)
    return slug


def _titles(db: Session, addresses: Sequence[str]) -> list[int]:
    """The titles at these addresses, or which once had them, each once. Raises ``UnknownFilms``."""
    once = select(FormerSlug.slug, FormerSlug.title_id).where(FormerSlug.slug.in_(addresses))
    here = select(Title.slug, Title.id).where(Title.slug.in_(addresses))
    known = dict(db.execute(once).all()) | dict(db.execute(here).all())
    unknown = [one for one in addresses if one not in known]
    if unknown:
        raise UnknownFilms(unknown)
    return list(dict.fromkeys(known[one] for one in addresses))


def _fill(db: Session, collection: Collection, title_ids: Sequence[int]) -> None:
    its = CollectionTitle.collection_id == collection.id
    db.execute(delete(CollectionTitle).where(its, CollectionTitle.title_id.not_in(title_ids)))
    rows = [
        {"collection_id": collection.id, "title_id": title_id, "position": position}
        for position, title_id in enumerate(title_ids, start=1)
    ]
    if rows:
        written = upsert(CollectionTitle).values(rows)
        db.execute(
            written.on_conflict_do_update(
                index_elements=["collection_id", "title_id"],
                set_={"position": written.excluded.position},
                where=CollectionTitle.position != written.excluded.position,
            )
        )


def _move(db: Session, collection: Collection, at: int) -> None:
    others = [one for one in db.scalars(select(Collection).order_by(*_ORDER)) if one != collection]
    others.insert(max(0, at - 1), collection)
    for position, one in enumerate(others, start=1):
        if one.position != position:
            one.position = position
    db.flush()
