"""What hangs on a title: its people, genres, releases, certificates, ratings, reviews, rails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Text, any_, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from catalog import addresses, import_records, plain, scores, slugs
from catalog.models import (
    Certificate,
    Collection,
    CollectionTitle,
    Credit,
    Genre,
    Person,
    Rating,
    Release,
    Review,
    TitleGenre,
    Trailer,
)
from catalog.records import Film
from core import copying

REPLACED = (Credit, TitleGenre, Release, Certificate)


def add(db: Session, films: Mapping[int, Film]) -> None:
    """Store everything that hangs on the titles, given by their ids; in sets, not one by one."""
    credit(db, films)
    classify(db, films)
    _rows(db, Release, films, "releases")
    _rows(db, Certificate, films, "certificates")
    _rate(db, films)
    _trailers(db, films)
    _reviews(db, films)
    collect(db, films)


def remove(db: Session, title_id: int) -> None:
    """Take off what a source says of a title. Reviews and their score stay, so do its places on
    rails, and the trailer for its video."""
    for table in REPLACED:
        db.execute(delete(table).where(table.title_id == title_id))
    theirs = (Rating.title_id == title_id, Rating.source != scores.OURS)
    db.execute(delete(Rating).where(*theirs))


def credit(
    db: Session, films: Mapping[int, Film], *, jobs: Sequence[str] = ("director", "cast")
) -> None:
    """Store who directed the titles and who plays in them, adding the people not yet known."""
    ids = _people(db, (name for film in films.values() for name in film.people))
    rows = []
    for title_id, film in films.items():
        parts: list[tuple[str, str, str | None]] = []
        parts += [("director", name, None) for name in film.directors]
        parts += [("cast", player.name, player.role) for player in film.cast]
        rows += [
            {"title_id": title_id, "person_id": ids[plain.text(name)], "job": job, "role": role}
            | {"position": position}
            for position, (job, name, role) in enumerate(parts)
            if job in jobs
        ]
    copying.copy(db, Credit, rows)


def _people(db: Session, names: Iterable[str]) -> dict[str, int]:
    """The ids of people by plain name: "Penélope Cruz" and "Penelope Cruz" are one person."""
    wanted = {plain.text(name): name for name in reversed(list(names))}
    each = any_(literal(list(wanted), ARRAY(Text)))
    known = select(Person.plain_name, Person.id).where(Person.plain_name == each)
    ids = dict(db.execute(known).all())
    new = {key: name for key, name in wanted.items() if key not in ids}
    if new:
        free = addresses.Free(db, Person.slug).of([slugs.for_person(name) for name in new.values()])
        made = dict(zip(new, copying.free_ids(db, Person, len(new)), strict=True))
        rows = [
            {"id": made[key], "slug": address, "name": name, "plain_name": key}
            for (key, name), address in zip(new.items(), free, strict=True)
        ]
        copying.copy(db, Person, rows)
        ids |= made
    return ids


def classify(db: Session, films: Mapping[int, Film]) -> None:
    """Store the genres of the titles, the first one first, adding those not yet known, also by what
    other sources call them."""
    names = {slugs.for_group(name): name for film in films.values() for name in film.genres}
    others = {
        slugs.for_group(other): slug
        for slug, name in names.items()
        for other in import_records.other_genres(name)
    }
    ids = _groups(db, Genre, names, {}, others)
    rows = [
        {"title_id": title_id, "genre_id": ids[slug], "position": position}
        for title_id, film in films.items()
        for position, slug in enumerate(dict.fromkeys(map(slugs.for_group, film.genres)))
    ]
    copying.copy(db, TitleGenre, rows)


def collect(db: Session, films: Mapping[int, Film]) -> int:
    """Put the titles at the end of their rails, making those not yet known. Answers how many places
    are new."""
    names = {slugs.for_group(name): name for film in films.values() for name in film.collections}
    if not names:
        return 0
    last = db.scalar(select(func.max(Collection.position))) or 0
    places = {slug: {"position": last + at} for at, slug in enumerate(names, start=1)}
    ids = _groups(db, Collection, names, places, {})
    ends = _last_places(db)
    rows = []
    for title_id, film in films.items():
        for one in (ids[slugs.for_group(name)] for name in film.collections):
            ends[one] = ends.get(one, 0) + 1
            rows.append({"collection_id": one, "title_id": title_id, "position": ends[one]})
    placed = upsert(CollectionTitle).on_conflict_do_nothing()
    return len(db.scalars(placed.returning(CollectionTitle.title_id), rows).all())


def _last_places(db: Session) -> dict[int, int]:
    last = select(CollectionTitle.collection_id, func.max(CollectionTitle.position))
    return dict(db.execute(last.group_by(CollectionTitle.collection_id)).all())


def _groups(
    db: Session,
    table: type[Genre] | type[Collection],
    names: Mapping[str, str],
    more: Mapping[str, dict[str, Any]],
    others: Mapping[str, str],
) -> dict[str, int]:
    """The ids of genres or collections by slug, adding the new ones with the columns ``more``.
    ``others`` lead from a slug under which one may stand to its own."""
    known = select(table.slug, table.id).where(table.slug.in_({*names, *others}))
    found = dict(db.execute(known).all())
    ids = {others[slug]: id_ for slug, id_ in found.items() if slug in others}
    ids |= {slug: id_ for slug, id_ in found.items() if slug in names}
    new = [
        {"slug": slug, "name": name} | more.get(slug, {})
        for slug, name in names.items()
        if slug not in ids
    ]
    if new:
        made = insert(table).returning(table.slug, table.id)
        ids |= dict(db.execute(made, new).all())
    return ids


def _rows(db: Session, table: type[Any], films: Mapping[int, Film], part: str) -> None:
    rows = [{"title_id": id_} | row for id_, film in films.items() for row in getattr(film, part)]
    copying.copy(db, table, rows)


def _rate(db: Session, films: Mapping[int, Film]) -> None:
    """Store the scores that a source has; that of our own members is not for others to say."""
    rows = [
        {"title_id": id_} | rating
        for id_, film in films.items()
        for rating in film.ratings
        if rating["source"] != scores.OURS
    ]
    copying.copy(db, Rating, rows)


def _trailers(db: Session, films: Mapping[int, Film]) -> None:
    rows = [{"title_id": id_} | film.trailer for id_, film in films.items() if film.trailer]
    if rows:
        put = upsert(Trailer)
        kept = {"name": put.excluded.name, "gate": put.excluded.gate}
        db.execute(put.on_conflict_do_update(index_elements=["title_id"], set_=kept), rows)


def _reviews(db: Session, films: Mapping[int, Film]) -> None:
    usual = {"status": "approved", "helpful": 0, "watched": False}
    rows = [usual | {"title_id": id_} | row for id_, film in films.items() for row in film.reviews]
    if rows:
        db.execute(upsert(Review).on_conflict_do_nothing(), rows)
        for title_id in [id_ for id_, film in films.items() if film.reviews]:
            scores.refresh(db, title_id)
