"""This site's own score of a film: worked out from its approved reviews, and exact after each."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog import plain
from catalog.models import Rating, Review, Title
from core import settings

OURS = "Matinee members"
SCALE = 10


def wording() -> str:
    """What people read for ``OURS``."""
    return f"{settings.current().site_name} members"


def may_pass_for_ours(source: str) -> bool:
    """Whether people would take the score of ``source`` for our own, however it is written."""
    return plain.text(plain.readable(source)) in {plain.text(OURS), plain.text(wording())}


def hold(db: Session, title_id: int) -> None:
    """Wait until no other transaction changes the reviews of a title; held until the commit.

    Two members who write at once would otherwise each work out a score without the other's.
    """
    db.execute(select(Title.id).where(Title.id == title_id).with_for_update(key_share=True))


def refresh(db: Session, title_id: int) -> None:
    """Make our rating of a title what its approved reviews say: count, average, histogram.

    Call it in the transaction of the change, after ``hold``. Without reviews there is no row.
    """
    counted = select(Review.score, func.count()).where(
        Review.title_id == title_id, Review.status == "approved"
    )
    votes = dict(db.execute(counted.group_by(Review.score)).all())
    count = sum(votes.values())
    if not count:
        db.execute(delete(Rating).where(Rating.title_id == title_id, Rating.source == OURS))
        return
    said = {
        "score": _tenths(sum(score * many for score, many in votes.items()), count),
        "scale": SCALE,
        "count": count,
        "histogram": [votes.get(score, 0) for score in range(1, SCALE + 1)],
    }
    db.execute(
        insert(Rating)
        .values(title_id=title_id, source=OURS, **said)
        .on_conflict_do_update(index_elements=["title_id", "source"], set_=said)
    )


def refresh_all(db: Session) -> None:
    """Work out our rating of every title that has reviews or a rating of ours."""
    ours = select(Rating.title_id).where(Rating.source == OURS)
    reviewed = select(Review.title_id).where(Review.status == "approved")
    for title_id in db.scalars(ours.union(reviewed)).all():
        refresh(db, title_id)


def _tenths(total: int, count: int) -> Decimal:
    """The average to one place, halves upwards: 7.25 is 7.3."""
    return (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)
