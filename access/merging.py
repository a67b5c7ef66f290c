"""What two accounts of one person watched, as one: the further news of each film stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from access import playback
from access.models import PlaybackSession, WatchProgress


def hand_over(db: Session, gone_id: int, survivor_id: int, *, now: datetime) -> None:
    """Move what ``gone_id`` watched, with its running players stopped: its right to watch ends.

    Of a film that both have begun the place that was kept last stands. The right itself is not
    moved: it is derived anew from the subscriptions, which have moved.
    """
    for session in playback.alive_of(db, gone_id, now=now):
        playback.stop(session, now=now)
    db.flush()
    _leave_the_later(db, gone_id, survivor_id)
    _leave_the_later(db, survivor_id, gone_id)
    for table in (PlaybackSession, WatchProgress):
        moved = update(table).where(table.member_id == gone_id)
        db.execute(moved.values(member_id=survivor_id))


def _leave_the_later(db: Session, one_id: int, other_id: int) -> None:
    """Forget where ``one_id`` stopped in films that ``other_id`` watched since."""
    other = aliased(WatchProgress)
    since = select(other.title_id).where(
        other.member_id == other_id,
        other.title_id == WatchProgress.title_id,
        other.updated_at >= WatchProgress.updated_at,
    )
    db.execute(
        delete(WatchProgress)
        .where(WatchProgress.member_id == one_id, since.exists())
        .execution_options(synchronize_session=False)
    )
