"""Whether somebody has seen a film here: what the badge on their review stands for."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import PlaybackSession
from catalog import reviews
from catalog.models import Title

Sitting = tuple[datetime, datetime, int]
"""When a player began and was last heard, and the seconds that it played in between."""


def has(db: Session, member_id: int, title: Title) -> bool:
    """Whether our player has played the film to this member, in however many sittings.

    Counted are the seconds that passed while it played, not where the slider stood; two players
    that ran at the same time count as one. Two fifths of the film's length are enough: at the
    quickest that our player goes, four fifths of the film have passed by then.
    """
    if title.video is None:
        return False
    sittings = _sittings(db, member_id, title.id)
    return 5 * seconds(sittings) >= 2 * title.video.seconds


def note(db: Session, member_id: int, title: Title) -> None:
    """Put the badge on the member's review as soon as they have seen the film.

    Asked at every sign of life, so first whether there is a review that lacks it: seldom.
    """
    if reviews.lacks_badge(db, title.id, member_id) and has(db, member_id, title):
        reviews.mark_watched(db, title.id, member_id)


def _sittings(db: Session, member_id: int, title_id: int) -> Sequence[Sitting]:
    columns = (
        PlaybackSession.started_at,
        PlaybackSession.last_beat_at,
        PlaybackSession.seconds_played,
    )
    found = select(*columns).where(
        PlaybackSession.member_id == member_id,
        PlaybackSession.title_id == title_id,
        PlaybackSession.kind == "film",
        PlaybackSession.seconds_played > 0,
    )
    return db.execute(found.order_by(PlaybackSession.started_at)).all()


def seconds(sittings: Iterable[Sitting]) -> float:
    """The most seconds of the clock in which ``sittings``, by their start, can have played.

    Every second goes to one of those that ran then, first to the one that was over first.
    """
    ahead = list(sittings)[::-1]
    running: list[tuple[datetime, float]] = []
    counted = 0.0
    for begin, end in pairwise(sorted({edge for one in ahead for edge in one[:2]})):
        while ahead and ahead[-1][0] <= begin:
            _, over, played = ahead.pop()
            heapq.heappush(running, (over, played))
        room = (end - begin).total_seconds()
        while running and room > 0:
            over, left = heapq.heappop(running)
            if over > begin:
                took = min(room, left)
                room, counted = room - took, counted + took
                if left > took:
                    heapq.heappush(running, (over, left - took))
    return counted
