"""What a film's page asks about the member who reads it, in one query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from access import standing
from access.models import WatchProgress
from access.standing import ENTITLED_UNTIL, ONE_ROW, WHO, Standing
from billing.models import Subscription
from catalog.models import Review, ReviewVote


class Reader(NamedTuple):
    """Until when a member may watch, as the gate's own table says; the second at which they left
    a film off; the status of their own review of it; the reviews on its page that they have found
    helpful; and where they stand."""

    until: datetime | None
    resume_at: int
    own_review: str | None
    found_helpful: frozenset[int]
    standing: Standing


def of(
    db: Session, member_id: int, title_id: int, shown: Collection[int], *, now: datetime
) -> Reader:
    """What the page of a title, with the reviews ``shown``, asks about a member."""
    asked = {"member_id": member_id, "title_id": title_id, "shown": list(shown)}
    rows = db.execute(_READ, asked).unique().all()  # one for each subscription, or one without
    until, position, own_review, helpful, _ = rows[0]
    stands = standing.among([row[4] for row in rows if row[4] is not None], until, now=now)
    return Reader(until, position or 0, own_review, frozenset(helpful or ()), stands)


_READ = (
    select(
        ENTITLED_UNTIL,
        select(WatchProgress.position_seconds)
        .where(WatchProgress.member_id == WHO, WatchProgress.title_id == bindparam("title_id"))
        .scalar_subquery(),
        select(Review.status)
        .where(Review.member_id == WHO, Review.title_id == bindparam("title_id"))
        .scalar_subquery(),
        select(func.array_agg(ReviewVote.review_id, type_=ARRAY(BigInteger, as_tuple=True)))
        .where(
            ReviewVote.member_id == WHO,
            ReviewVote.review_id == func.any(bindparam("shown", type_=ARRAY(BigInteger))),
        )
        .scalar_subquery(),
        Subscription,
    )
    .select_from(ONE_ROW)
    .outerjoin(Subscription, Subscription.member_id == WHO)
    .options(*standing.IN_SHORT)
    .order_by(Subscription.created_at.desc())
)
