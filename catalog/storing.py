"""Putting films into the catalogue in sets: the titles, and where each was read from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from catalog import addresses, indexing, plain, slugs, storing_parts
from catalog.models import FormerSlug, Title, TitleSource
from catalog.records import Film
from core import copying

ONE_AT_A_TIME = 18951228


def alone(db: Session) -> None:
    """Wait until no other import or seeding writes the catalogue, and nobody says which films come
    first (``tiers``); held until the commit."""
    db.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def add(db: Session, films: Sequence[Film], *, now: datetime) -> list[int]:
    """Store ``films``, all of them new, and return the ids of their titles in the same order."""
    if not films:
        return []
    free = _free_addresses(db, films)
    ids = copying.free_ids(db, Title, len(films))
    rows = [
        _row(film) | {"id": id_, "slug": address, "created_at": now, "updated_at": now}
        for id_, film, address in zip(ids, films, free, strict=True)
    ]
    copying.copy(db, Title, rows)
    of_ids = dict(zip(ids, films, strict=True))
    copying.copy(db, TitleSource, [_source(*pair) for pair in of_ids.items()])
    _remember_imdb_ids(db, of_ids)
    storing_parts.add(db, of_ids)
    indexing.learn_words(db, ids)
    return ids


def _free_addresses(db: Session, films: Sequence[Film]) -> Iterator[str]:
    """An address for each film that no title has or had."""
    free = addresses.Free(db, Title.slug, FormerSlug.slug)
    wanted = [slugs.for_title(film.name, film.year) for film in films]
    own = [[film.slug] if film.slug else [] for film in films]
    return free.of([itertools.chain(*pair) for pair in zip(own, wanted, strict=True)])


def rewrite(db: Session, title_id: int, film: Film, *, now: datetime) -> None:
    """Make a stored title what ``film`` says now. Its address, its videos and what members wrote
    of it stay."""
    db.execute(update(Title).where(Title.id == title_id).values(_row(film) | {"updated_at": now}))
    storing_parts.remove(db, title_id)
    storing_parts.add(db, {title_id: film})
    remember_source(db, title_id, film)
    indexing.learn_words(db, [title_id])


def remember_source(db: Session, title_id: int, film: Film) -> None:
    """Note that the title was read from ``film``'s source, and what the source said."""
    row = _source(title_id, film)
    db.execute(
        upsert(TitleSource)
        .values(row)
        .on_conflict_do_update(index_elements=["source", "key"], set_={"digest": film.digest})
    )
    _remember_imdb_ids(db, {title_id: film})


def _remember_imdb_ids(db: Session, films: Mapping[int, Film]) -> None:
    """Note by which ids of IMDb's the source told of these titles as well, for other sources that
    know them by these. Of two titles with one such id it is the first one's."""
    rows = [
        _source(title_id, film) | {"key": film.imdb_id}
        for title_id, film in films.items()
        if film.imdb_id not in (None, film.key)
    ]
    if rows:
        db.execute(upsert(TitleSource).on_conflict_do_nothing(), rows)


def _source(title_id: int, film: Film) -> dict[str, Any]:
    return {
        "source": film.source,
        "key": film.key,
        "title_id": title_id,
        "digest": film.digest,
    }


def _row(film: Film) -> dict[str, Any]:
    return {
        "name": film.name,
        "original_name": film.original_name,
        "aliases": plain.once(film.aliases, besides=(film.name, film.original_name or "")),
        "year": film.year,
        "runtime_minutes": film.runtime_minutes,
        "languages": list(film.languages),
        "countries": list(film.countries),
        "synopsis": film.synopsis,
        "synopsis_long": film.synopsis_long,
        "content_notices": list(film.content_notices),
        "rights": film.rights,
        **({"status": film.status} if film.status else {}),
        **indexing.columns(film.name, film.original_name, film.aliases, film.people),
    }
