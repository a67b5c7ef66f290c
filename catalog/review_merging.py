"""The reviews of two accounts of one person: one a film, and no voice heard twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from catalog import scores
from catalog.models import Review, ReviewReport, ReviewVote


def of_member(db: Session, member_id: int) -> list[Review]:
    """What an account has written, by film."""
    theirs = select(Review).where(Review.member_id == member_id).order_by(Review.title_id)
    return list(db.scalars(theirs.execution_options(populate_existing=True)))


def hand_over(db: Session, gone_id: int, survivor_id: int) -> None:
    """Move the reviews of one account to another, with its votes and objections.

    Where both reviewed a film the survivor's stands, and the other is hidden and stays where it
    was. A vote for a review of their own is taken back, as is a second vote for the same one.
    """
    kept = {review.title_id for review in of_member(db, survivor_id)}
    for review in of_member(db, gone_id):
        scores.hold(db, review.title_id)
        if review.title_id in kept:
            review.status = "hidden"
        else:
            review.member_id = survivor_id
        db.flush()  # the score is read from the table
        scores.refresh(db, review.title_id)
    both = [review.id for one in (gone_id, survivor_id) for review in of_member(db, one)]
    for table in (ReviewVote, ReviewReport):
        _move(db, table, gone_id, survivor_id, both)


def _move(db: Session, table: Any, gone_id: int, survivor_id: int, own: list[int]) -> None:
    said = select(table.review_id).where(table.member_id == survivor_id)
    of_both = table.member_id.in_((gone_id, survivor_id)) & table.review_id.in_(own)
    twice = (table.member_id == gone_id) & table.review_id.in_(said)
    taken = delete(table).where(of_both | twice).returning(table.review_id)
    for review_id in db.scalars(taken).all():
        if table is ReviewVote:
            fewer = update(Review).where(Review.id == review_id)
            db.execute(fewer.values(helpful=Review.helpful - 1))
    db.execute(update(table).where(table.member_id == gone_id).values(member_id=survivor_id))
