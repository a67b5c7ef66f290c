"""The published films in parts of a size, for the maps that search engines read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.cards import Card, chosen
from catalog.models import Listing, Title, Trailer, Video

PUBLIC = "everyone"


@dataclass(frozen=True)
class Entry:
    """A film in a map. ``trailer`` is the name of the one that everybody may see, if there is one,
    ``seconds`` its length, and ``about`` what a search engine may say of it."""

    card: Card
    changed_at: datetime
    about: str | None
    trailer: str | None
    seconds: int | None


def parts(db: Session, size: int) -> list[int]:
    """After which title each part begins, the first after 0; the ids between two never move."""
    numbered = select(
        Listing.title_id, func.row_number().over(order_by=Listing.title_id).label("place")
    ).subquery()
    ends = select(numbered.c.title_id).where(numbered.c.place % size == 0)
    starts = [0, *db.scalars(ends.order_by(numbered.c.title_id))]
    last = db.scalar(select(func.max(Listing.title_id))) or 0
    return starts if starts[-1] < last or len(starts) == 1 else starts[:-1]


def films(db: Session, size: int, *, after: int = 0) -> list[Entry]:
    """At most ``size`` published films after title ``after``."""
    rows = db.execute(
        chosen(Title.still, Title.updated_at, Title.synopsis, Trailer.name, Video.seconds)
        .outerjoin(Trailer, (Trailer.title_id == Title.id) & (Trailer.gate == PUBLIC))
        .outerjoin(Video, Video.id == Trailer.video_id)
        .where(Title.id > after)
        .order_by(Title.id)
        .limit(size)
    )
    return [
        Entry(Card(*card), at, about, name if seconds else None, seconds)
        for *card, at, about, name, seconds in rows
    ]
