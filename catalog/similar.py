"""Similar films: found from shared people, genres and years, each with one printed reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, bindparam, case, exists, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from catalog.cards import Card, chosen
from catalog.models import Genre, Listing, Similar, SimilarFilling, SimilarSearch, Title, TitleGenre

AT_MOST = 12
POPULAR, THERE = "Popular with others", "Also in the catalogue"
NOT_ALIKE = (POPULAR, THERE)


@dataclass(frozen=True)
class SimilarCard:
    """A film and why it stands beside another."""

    card: Card
    reason: str


def of(db: Session, title_id: int) -> list[SimilarCard]:
    """Up to twelve films like a title, the likest first; never empty beside a second film.

    Where nothing is alike they are the most popular ones that a worker chose that day
    (``similar_filling``); before it has looked, ``popular``.
    """
    stored = db.execute(
        chosen(Similar.reason)
        .join(Similar, Similar.other_id == Title.id)
        .where(Similar.title_id == title_id)
        .order_by(Similar.rank)
    ).all()
    found = stored or db.execute(_FILLING, {"title_id": title_id}).all()
    return [_shown(row) for row in found] or popular(db, title_id)


def of_withdrawn(db: Session, slug: str) -> list[SimilarCard]:
    """Films like the title at an address, though it has been withdrawn; none that are only popular
    or there, and none of no title."""
    title_id = db.scalar(select(Title.id).where(Title.slug == slug))
    found = of(db, title_id) if title_id is not None else []
    return [one for one in found if one.reason not in NOT_ALIKE]


def popular(db: Session, title_id: int) -> list[SimilarCard]:
    """What stands beside a title for which nothing is found yet: the most popular of its first
    genre, then any. One of which nobody has rated or reviewed anything is only there."""
    genre = db.scalar(_FIRST_GENRE, {"title_id": title_id})
    asked = {"title_id": title_id, "facets": [f"genre:{genre}"]}
    return [_shown(row) for row in db.execute(_POPULAR, asked)]


def _shown(row: Any) -> SimilarCard:
    return SimilarCard(Card(*row[:5]), row.reason)


def is_found(shown: list[SimilarCard]) -> bool:
    """Whether the films stand there for their likeness, not for being popular or there."""
    return bool(shown) and shown[0].reason not in NOT_ALIKE


def _filling() -> Select[Any]:
    """What was chosen to stand beside a title for which similar films were looked for in vain."""
    looked = exists().where(
        SimilarSearch.title_id == bindparam("title_id"), SimilarSearch.made_at.is_not(None)
    )
    return (
        chosen(SimilarFilling.reason)
        .join(SimilarFilling, SimilarFilling.title_id == Title.id)
        .where(Title.id != bindparam("title_id"), looked)
        .order_by(SimilarFilling.rank)
        .limit(AT_MOST)
    )


def _popular() -> Select[Any]:
    """The most popular of a title's first genre, then any: two short walks, not a look at all."""
    walked = select(Listing.title_id).where(Listing.title_id != bindparam("title_id"))
    walked = walked.order_by(Listing.less_popular, Listing.title_id).limit(AT_MOST)
    same = Listing.facets.contains(bindparam("facets", type_=ARRAY(String)))
    near = union(walked.where(same), walked)
    reason = case((Title.popularity > 0, literal(POPULAR)), else_=literal(THERE))
    return (
        chosen(reason.label("reason"))
        .join(Listing, Listing.title_id == Title.id)
        .where(Title.id.in_(near))
        .order_by(same.desc(), Listing.less_popular, Title.id)
        .limit(AT_MOST)
    )


_FILLING, _POPULAR = _filling(), _popular()
_FIRST_GENRE = (
    select(Genre.slug)
    .join(TitleGenre, TitleGenre.genre_id == Genre.id)
    .where(TitleGenre.title_id == bindparam("title_id"), TitleGenre.position == 0)
)
