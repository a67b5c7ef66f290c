"""A member's own rails on the home page: what they have begun, and what is like it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from access import progress
from accounts.models import Member
from catalog import similar
from catalog.cards import Card
from catalog.similar import SimilarCard
from web import films


@dataclass(frozen=True)
class Begun:
    """A film that a member has begun, and how far they are."""

    title_id: int
    card: Card
    percent: int
    minutes_left: int


def begun(db: Session, member: Member) -> list[Begun]:
    """The films to continue, the latest first. One without a video has no length and no place."""
    return [
        Begun(
            title_id=row.title_id,
            card=films.card_of(row.title),
            percent=min(100, row.position_seconds * 100 // max(1, row.title.video.seconds)),
            minutes_left=max(1, round((row.title.video.seconds - row.position_seconds) / 60)),
        )
        for row in progress.unfinished(db, member.id)
        if row.title.video is not None
    ]


def because(db: Session, begun: list[Begun]) -> tuple[str, list[SimilarCard]] | None:
    """The name of the film watched last and the films like it, leaving out what is begun."""
    if not begun:
        return None
    known = {film.card.slug for film in begun}
    others = [one for one in similar.of(db, begun[0].title_id) if one.card.slug not in known]
    return (begun[0].card.name, others) if others else None
