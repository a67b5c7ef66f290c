"""The published films in parts of a size, for the maps that search engines read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Listing, Title


def parts(db: Session, size: int) -> list[int]:
    """After which title each part begins, the first after 0; the ids between two never move."""
    numbered = select(
        Listing.title_id, func.row_number().over(order_by=Listing.title_id).label("place")
    ).subquery()
    ends = select(numbered.c.title_id).where(numbered.c.place % size == 0)
    starts = [0, *db.scalars(ends.order_by(numbered.c.title_id))]
    last = db.scalar(select(func.max(Listing.title_id))) or 0
    return starts if starts[-1] < last or len(starts) == 1 else starts[:-1]


def films(db: Session, size: int, *, after: int = 0) -> list[tuple[str, datetime]]:
    """The address and last change of at most ``size`` published films after title ``after``."""
    rows = db.execute(
        select(Title.slug, Title.updated_at)
        .where(Title.status == "published", Title.id > after)
        .order_by(Title.id)
        .limit(size)
    )
    return [(slug, at) for slug, at in rows]
