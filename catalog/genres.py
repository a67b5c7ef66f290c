"""Genres: which there are, and how many films each has."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import slugs
from catalog.models import Genre, Title, TitleGenre
from core.errors import NotFound


@dataclass(frozen=True)
class GenreCount:
    """A genre and the number of its published films."""

    slug: str
    name: str
    titles: int


def with_counts(db: Session) -> list[GenreCount]:
    """Every genre that has a published film, by name."""
    rows = db.execute(
        select(Genre.slug, Genre.name, func.count())
        .join(TitleGenre, TitleGenre.genre_id == Genre.id)
        .join(Title, Title.id == TitleGenre.title_id)
        .where(Title.status == "published")
        .group_by(Genre.id)
        .order_by(Genre.name)
    )
    return [GenreCount(*row) for row in rows]


def by_slug(db: Session, slug: str) -> Genre:
    """The genre at ``slug``. Raises ``NotFound``."""
    found = None
    if slugs.is_slug(slug):
        found = db.scalar(select(Genre).where(Genre.slug == slug))
    if found is None:
        raise NotFound(slug)
    return found
