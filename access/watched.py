"""Whether somebody has seen a film here: what the badge on their review stands for."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.models import PlaybackSession
from catalog.models import Title


def has(db: Session, member_id: int, title: Title) -> bool:
    """Whether our player has played half of the film to this member, in however many sittings.

    Counted are the seconds that passed while it played, not where the slider stood.
    """
    if title.video is None:
        return False
    played = select(func.coalesce(func.sum(PlaybackSession.seconds_played), 0)).where(
        PlaybackSession.member_id == member_id,
        PlaybackSession.title_id == title.id,
        PlaybackSession.kind == "film",
    )
    return 2 * (db.scalar(played) or 0) >= title.video.seconds
