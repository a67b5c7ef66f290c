"""The card of a film: the few facts that every rail, grid and list shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from catalog.models import Genre, Title, TitleGenre

_Place = aliased(TitleGenre, name="first_place")
_First = aliased(Genre, name="first_genre")


@dataclass(frozen=True)
class Card:
    """A film as a rail or grid shows it; ``genre`` is the name of its first one, and ``picture``
    the operator's poster, ``None`` where it is drawn. ``still`` is the operator's too; no list
    shows it, and it is told where one film is read whole or stands for a page that is shared."""

    slug: str
    name: str
    year: int | None
    genre: str | None
    picture: str | None = None
    still: str | None = None


def chosen(*more: Any) -> Select[Any]:
    """Select the cards of published titles, then the columns ``more``; the caller narrows it.

    A row begins with the five facts of a card: ``Card(*row[:5])``. Who shares the picture of one
    puts ``Title.still`` behind them.
    """
    at_first = and_(_Place.title_id == Title.id, _Place.position == 0)
    return (
        select(
            *(Title.slug, Title.name, Title.year, _First.name.label("genre"), Title.picture), *more
        )
        .select_from(Title)
        .outerjoin(_Place, at_first)
        .outerjoin(_First, _First.id == _Place.genre_id)
        .where(Title.status == "published")
    )
