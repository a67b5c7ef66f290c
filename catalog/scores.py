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
UNNAMED = "import"  # the source of a table for which nobody named one
SCALE = 10


def wording() -> str:
    """What people read for ``OURS``."""
    return f"{settings.current().site_name} members"


def by_whom(source: str) -> str:
    """Who gave the ratings of a score: ``by IMDb``. Of a source that nobody named, or whose name
    passes for ours or cannot be seen, that they are not ours."""
    if source == OURS:
        return f"by {wording()}"
    name = plain.line(plain.readable(source))
    named = name and source != UNNAMED and not may_pass_for_ours(source)
    return f"by {name}" if named else "given elsewhere"


def may_pass_for_ours(source: str) -> bool:
    """Whether people would take the score of ``source`` for our own, however it is written."""
    site = settings.current().site_name
    return _bare(source) in {_bare(OURS), _bare(wording()), _bare(site)}


def _bare(name: str) -> str:
    return plain.text(plain.readable(name)).replace(" ", "")


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
