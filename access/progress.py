"""How far a member has got in a film, and where it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from access.models import WatchProgress
from catalog.models import Title

BEGINNING_SECONDS = 5
WATCHED_SHARE = 0.95


def keep(
    db: Session, member_id: int, title_id: int, position: int, *, seconds: int, now: datetime
) -> None:
    """Keep ``position`` (seconds) in a film of ``seconds``.

    A position in the first five seconds never replaces a later one: that is a player that has
    only just opened. Past 95 % the film counts as watched and begins at 0 the next time.
    """
    position = max(0, min(position, seconds))
    if position < BEGINNING_SECONDS:
        return
    finished = position >= seconds * WATCHED_SHARE
    values = {
        "position_seconds": 0 if finished else position,
        "finished": finished,
        "updated_at": now,
    }
    db.execute(
        insert(WatchProgress)
        .values(member_id=member_id, title_id=title_id, **values)
        .on_conflict_do_update(index_elements=["member_id", "title_id"], set_=values)
    )


def resume_at(db: Session, member_id: int, title_id: int) -> int:
    """The second at which the member goes on; 0 for a film not begun, or watched to the end."""
    position = db.scalar(
        select(WatchProgress.position_seconds).where(
            WatchProgress.member_id == member_id, WatchProgress.title_id == title_id
        )
    )
    return position or 0


def unfinished(db: Session, member_id: int, *, limit: int = 12) -> Sequence[WatchProgress]:
    """The films that the member has begun, the latest first, with their genres and videos."""
    return db.scalars(
        select(WatchProgress)
        .join(WatchProgress.title)
        .where(
            WatchProgress.member_id == member_id,
            ~WatchProgress.finished,
            Title.status == "published",
        )
        .options(
            joinedload(WatchProgress.title).joinedload(Title.video),
            joinedload(WatchProgress.title).selectinload(Title.genres),
        )
        .order_by(WatchProgress.updated_at.desc(), WatchProgress.title_id)
        .limit(limit)
    ).all()


def forget(db: Session, member_id: int, title_id: int) -> None:
    """Take a film off the member's list of begun ones; it starts at 0 again."""
    db.execute(
        delete(WatchProgress).where(
            WatchProgress.member_id == member_id, WatchProgress.title_id == title_id
        )
    )
