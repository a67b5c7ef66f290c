"""What somebody watched whose account is deleted."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from access.models import PlaybackSession, WatchProgress


def forget(db: Session, members: list[int]) -> None:
    """Stop their players and forget what they played and how far. Repeatable."""
    for table in (PlaybackSession, WatchProgress):
        db.execute(delete(table).where(table.member_id.in_(members)))
