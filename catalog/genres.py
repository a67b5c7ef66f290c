"""Genres: which there are, and how many films each has."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from catalog import slugs
from catalog.listings import COUNTED_LIVE
from catalog.models import Genre, Listing, ListingCount, TitleGenre
from core.errors import NotFound

_Whole = aliased(ListingCount)


@dataclass(frozen=True)
class GenreCount:
    """A genre and the number of its published films."""

    slug: str
    name: str
    titles: int


def with_counts(db: Session) -> list[GenreCount]:
    """Every genre that has a published film, by name.

    Counted as they are while the catalogue is small; the kept numbers of a large one.
    """
    live = (
        select(func.count())
        .select_from(TitleGenre)
        .join(Listing, Listing.title_id == TitleGenre.title_id)
        .where(TitleGenre.genre_id == Genre.id)
        .scalar_subquery()
    )
    is_kept = (_Whole.titles > COUNTED_LIVE) & (ListingCount.titles > 0)
    counted = (
        select(
            Genre.slug, Genre.name, case((is_kept, ListingCount.titles), else_=live).label("titles")
        )
        .outerjoin(ListingCount, ListingCount.cell == func.concat("genre:", Genre.slug))
        .outerjoin(_Whole, _Whole.cell == "")
        .order_by(Genre.name)
    )
    return [GenreCount(*row) for row in db.execute(counted) if row.titles]


def by_slug(db: Session, slug: str) -> Genre:
    """The genre at ``slug``. Raises ``NotFound``."""
    found = None
    if slugs.is_slug(slug):
        found = db.scalar(select(Genre).where(Genre.slug == slug))
    if found is None:
        raise NotFound(slug)
    return found
