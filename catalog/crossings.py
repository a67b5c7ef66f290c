"""What two commits that crossed could not tell of each other, asked again once both are heard.

A film that moves while it is put into a collection names the collections of before, and the last
two films of a decade that leave at one instant see each other. A lock would hold up imports, so
whoever hears of a film looks how things stand: what had crossed it is committed by then, or will be
heard of later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import choices
from catalog.models import Collection, CollectionTitle
from catalog.stretches import Moved, Offered


def seen(db: Session, films: Sequence[Moved]) -> list[Moved | Offered]:
    """The news of ``films`` with the collections that they are in now; where one gained or lost a
    facet, what forms offer besides."""
    inside = _inside(db, [film.title_id for film in films])
    news: list[Moved | Offered] = [
        replace(film, inside=film.inside | inside[film.title_id]) for film in films
    ]
    if any(film.is_narrowed_otherwise for film in films):
        news.append(choices.offered(db))
    return news


def _inside(db: Session, ids: Sequence[int]) -> defaultdict[int, frozenset[str]]:
    """The collections of titles, as facets."""
    rows = select(CollectionTitle.title_id, Collection.slug).join(Collection)
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for title_id, slug in db.execute(rows.where(CollectionTitle.title_id.in_(ids))):
        found[title_id] |= {f"collection:{slug}"}
    return found
