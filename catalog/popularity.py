"""How popular a film is: by what lists and rails are ordered."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog import scores
from catalog.models import Rating, Review, Title

MOST = 2**31 - 1  # what the column holds


def refresh(db: Session) -> None:
    """Set every title's ``popularity``: ratings elsewhere and approved reviews here, ``MOST`` where
    there are more."""
    ratings = select(func.coalesce(func.sum(Rating.count), 0)).where(
        Rating.title_id == Title.id, Rating.source != scores.OURS
    )
    reviews = select(func.count()).where(Review.title_id == Title.id, Review.status == "approved")
    counted = func.least(ratings.scalar_subquery() + reviews.scalar_subquery(), MOST)
    db.execute(
        update(Title)
        .where(Title.popularity != counted)
        .values(popularity=counted)
        .execution_options(synchronize_session=False)
    )
