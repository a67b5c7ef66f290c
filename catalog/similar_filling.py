"""What stands beside a film that nothing is like: the most popular films, chosen once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from catalog.models import Listing, SimilarFilling
from catalog.similar import AT_MOST, POPULAR, THERE

LASTS = timedelta(hours=24)
KEPT = 2 * AT_MOST  # so many can leave in a day, and every page that shows them stays full
Chosen = list[tuple[int, str]]


def refresh(db: Session, *, now: datetime) -> None:
    """Choose them anew where the choice is a day old, else fill the places of those that left.

    A film that shares a genre with another is like it, so those that need this have no genre in
    common with any, and one choice serves them all, however many they are. One of which nobody has
    rated or reviewed anything is only there. The caller sees to it that one does this at a time.
    """
    rows = db.execute(_STORED).all()
    before: Chosen = [(row.title_id, row.reason) for row in rows]
    made_at = min((row.made_at for row in rows), default=now)
    is_old = made_at <= now - LASTS
    stands: Chosen = [] if is_old else [(at.title_id, at.reason) for at in rows if at.is_shown]
    after = _filled(stands, [(row.title_id, row.reason) for row in db.execute(_MOST_POPULAR)])
    if after != before:
        _store(db, after, made_at=now if is_old else made_at)
    elif is_old:  # nothing that a page shows is written
        db.execute(update(SimilarFilling).values(made_at=now))


def _filled(stands: Chosen, popular: Chosen) -> Chosen:
    there = {title_id for title_id, _ in stands}
    return [*stands, *(one for one in popular if one[0] not in there)][:KEPT]


def _store(db: Session, films: Sequence[tuple[int, str]], *, made_at: datetime) -> None:
    db.execute(delete(SimilarFilling))
    rows = [
        {"rank": rank, "title_id": title_id, "reason": reason, "made_at": made_at}
        for rank, (title_id, reason) in enumerate(films, 1)
    ]
    if rows:
        db.execute(insert(SimilarFilling), rows)


_STORED = (
    select(
        *(SimilarFilling.title_id, SimilarFilling.reason, SimilarFilling.made_at),
        Listing.title_id.is_not(None).label("is_shown"),
    )
    .outerjoin(Listing, Listing.title_id == SimilarFilling.title_id)
    .order_by(SimilarFilling.rank)
)
_MOST_POPULAR = (
    select(
        Listing.title_id,
        case((Listing.less_popular < 0, literal(POPULAR)), else_=literal(THERE)).label("reason"),
    )
    .order_by(Listing.less_popular, Listing.title_id)
    .limit(KEPT)
)
