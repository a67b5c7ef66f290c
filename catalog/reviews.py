"""Reviews: what people thought of a film, in four orders, writing one, and finding one helpful."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog import plain, scores
from catalog.models import Review, ReviewReport, ReviewVote
from core import keyset
from core.errors import DomainError, NotFound
from core.keyset import Page, Place

SORTS = ("newest", "helpful", "highest", "lowest")
LONGEST_NAME, LONGEST_TEXT, LONGEST_REASON = 60, 5_000, 500
WORDS = {"name", "text"}
EMPTY_LINES = re.compile(r"\n(?:(?:[^\S\n]|[\u200c\u200d\u2800])*\n){2,}")


class OwnReview(DomainError):
    """Nobody votes on or reports what they wrote themselves."""

    status = 403
    sentence = "This review is your own. You can change it on the film's page."


class NotShown(NotFound):
    """A review that its writer has deleted, or that an operator has hidden or not read yet."""

    sentence = "This review is not on the page any more."


@dataclass(frozen=True)
class TakenDown:
    """A review that its writer took down: how it stood, and whether anybody had doubts about it."""

    review_id: int
    status: str
    is_doubted: bool


def listed(db: Session, title_id: int, *, sort: str = "newest", limit: int) -> list[Review]:
    """The first approved reviews of a title; the newer first where the order leaves it open."""
    falling = [each.desc() for each in _order(sort)]
    return list(db.scalars(_approved(title_id).order_by(*falling).limit(limit)))


def page(
    db: Session, title_id: int, place: Place, *, sort: str = "newest", size: int = keyset.SIZE
) -> Page[Review]:
    """The approved reviews of a title behind or before one of them, in the order of ``listed``.

    The review that stands at the edge is looked up by its key, and the page goes on from its
    score and day: as quick at the thousandth as at the first, also where it was hidden meanwhile.
    Behind a review that there is not there are none.
    """
    onward = place.before is None
    edge, order = place.behind if onward else place.before, _order(sort)
    query = _approved(title_id)
    if edge is not None:
        stands = (Review.id == edge, Review.title_id == title_id)
        at = db.execute(select(*order).where(*stands)).first()
        if at is None:
            return Page([], None, None)
        query = query.where(tuple_(*order) < tuple(at) if onward else tuple_(*order) > tuple(at))
    ways = [each.desc() if onward else each.asc() for each in order]
    found = list(db.scalars(query.order_by(*ways).limit(size + 1)))
    return keyset.cut(found, Review.id, place, size=size)


def edge_before(
    db: Session, title_id: int, first: int, *, sort: str = "newest", size: int = keyset.SIZE
) -> int | None:
    """The review behind which the page before the one that begins with ``first`` begins; ``None``
    where that is the first page."""
    found = page(db, title_id, Place(before=first), sort=sort, size=size + 1).rows
    return found[0].id if len(found) > size else None


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    """What an order compares, each falling; the last makes it one order and no other."""
    first: dict[str, ColumnElement[Any]] = {
        "helpful": Review.helpful,  # type: ignore[dict-item]  # a mapped column is one
        "highest": Review.score,  # type: ignore[dict-item]
        "lowest": -Review.score,
    }
    chosen = (first[sort],) if sort in first else ()
    return (*chosen, Review.written_on, Review.id)


def count(db: Session, title_id: int) -> int:
    """How many approved reviews a title has."""
    return db.scalar(select(func.count()).select_from(_approved(title_id).subquery())) or 0


def by_member(db: Session, title_id: int, member: Member) -> Review | None:
    """The review that ``member`` wrote of a title, approved or not."""
    mine = select(Review).where(Review.title_id == title_id, Review.member_id == member.id)
    return db.scalar(mine)


def write(
    db: Session,
    title_id: int,
    member: Member,
    *,
    name: str,
    score: int,
    text: str,
    spoiler: bool,
    on: date,
    held: bool = False,
    watched: bool = False,
) -> Review:
    """Keep ``member``'s review of a title: one a film, the last one written stands.

    ``score`` is 1 to 10. ``held`` keeps it from the page until an operator approves it; so does
    an operator who has hidden it before, or it could be brought back by changing a letter. Its
    text was written ``on`` that day; what is sent again as it stands changes nothing. Who may
    write, and who has ``watched``, are questions for the room of access, asked by the caller.
    """
    scores.hold(db, title_id)
    said = {
        "name": plain.readable(name)[:LONGEST_NAME],
        "score": score,
        "text": _paragraphs(text)[:LONGEST_TEXT],
        "spoiler": spoiler,
    }
    theirs = {"title_id": title_id, "member_id": member.id}
    first = insert(Review).values(
        **theirs, **said, written_on=on, watched=watched, status="waiting" if held else "approved"
    )
    new = db.scalars(first.on_conflict_do_nothing().returning(Review)).one_or_none()
    review = new or db.scalars(_locked().filter_by(**theirs)).one()
    changed = {field for field, given in said.items() if getattr(review, field) != given}
    if changed or review.status == "hidden":
        _write_anew(db, review, said, changed, on=on, held=held)
    review.watched |= watched
    db.flush()  # the score is read from the table
    if new or changed:
        scores.refresh(db, title_id)
    return review


def take_down(db: Session, title_id: int, member: Member) -> TakenDown | None:
    """Delete ``member``'s review of a title with what was said to it; ``None`` where there is none.

    The score follows. What its caller keeps of it tells whether an operator reads their next one
    first: one that was hidden or reported could else come back by being written anew.
    """
    scores.hold(db, title_id)
    mine = _locked().where(Review.title_id == title_id, Review.member_id == member.id)
    review = db.scalars(mine).one_or_none()
    if review is None:
        return None
    is_doubted = review.status != "approved" or _was_reported(db, review)
    db.delete(review)
    db.flush()  # the score is read from the table
    scores.refresh(db, title_id)
    return TakenDown(review.id, review.status, is_doubted)


def forget(db: Session, member: Member) -> None:
    """Delete what ``member`` wrote: reviews, whose scores follow, and the words of reports."""
    films = select(Review.title_id).where(Review.member_id == member.id)
    for title_id in sorted(db.scalars(films)):
        take_down(db, title_id, member)
    reported = update(ReviewReport).where(ReviewReport.member_id == member.id)
    db.execute(reported.values(reason=""))


def _locked() -> Select[Review]:
    """Reviews as they are now, on which nobody can vote until the commit."""
    return select(Review).with_for_update().execution_options(populate_existing=True)


def _write_anew(
    db: Session, review: Review, said: dict[str, Any], changed: set[str], *, on: date, held: bool
) -> None:
    """Put ``said`` in the place of what stood there.

    Another text is of another day, and nobody has found it helpful yet. Other words than those
    that an operator approved after a report are read by an operator as well, and so are the same
    ones without their cover.
    """
    for field, given in said.items():
        setattr(review, field, given)
    if "text" in changed:
        db.execute(delete(ReviewVote).where(ReviewVote.review_id == review.id))
        review.helpful, review.written_on = 0, on
    reads_otherwise = changed & WORDS or ("spoiler" in changed and not review.spoiler)
    if held or review.status == "hidden" or (reads_otherwise and _was_reported(db, review)):
        review.status = "waiting"


def _was_reported(db: Session, review: Review) -> bool:
    return bool(db.scalar(select(exists().where(ReviewReport.review_id == review.id))))


def _paragraphs(text: str) -> str:
    """A review's text with one empty line at most between two others."""
    return EMPTY_LINES.sub("\n\n", plain.readable(plain.lines(text)))


def mark_watched(db: Session, title_id: int, member_id: int) -> None:
    """Put the badge on a review whose writer has seen the film since; where there is none, do
    nothing."""
    theirs = _without_badge(title_id, member_id)
    db.execute(update(Review).where(*theirs).values(watched=True))


def lacks_badge(db: Session, title_id: int, member_id: int) -> bool:
    """Whether a member has reviewed a title, and the review says of no film seen here."""
    return bool(db.scalar(select(exists().where(*_without_badge(title_id, member_id)))))


def _without_badge(title_id: int, member_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Review.title_id == title_id, Review.member_id == member_id, ~Review.watched)


def shown(db: Session, review_id: int) -> Review:
    """An approved review. Raises ``NotShown`` for one that is waiting or hidden, or not there."""
    found = db.get(Review, min(review_id, keyset.LARGEST))
    if found is None or found.status != "approved":
        raise NotShown(review_id)
    return found


def find_helpful(db: Session, review_id: int, member: Member) -> None:
    """Note that a review helped ``member``; once each, however often it is said.

    Raises ``OwnReview``.
    """
    _of_somebody_else(db, review_id, member)
    vote = insert(ReviewVote).values(review_id=review_id, member_id=member.id)
    new = vote.on_conflict_do_nothing().returning(ReviewVote.review_id)
    if db.scalar(new) is not None:
        _count_helpful(db, review_id, 1)


def take_back(db: Session, review_id: int, member: Member) -> None:
    """Undo ``find_helpful``; where nothing was said, nothing changes."""
    mine = (ReviewVote.review_id == review_id, ReviewVote.member_id == member.id)
    if db.scalar(delete(ReviewVote).where(*mine).returning(ReviewVote.review_id)) is not None:
        _count_helpful(db, review_id, -1)


def found_helpful(db: Session, review_ids: Iterable[int], member: Member) -> set[int]:
    """Those of the reviews that ``member`` found helpful."""
    mine = select(ReviewVote.review_id).where(ReviewVote.member_id == member.id)
    return set(db.scalars(mine.where(ReviewVote.review_id.in_(review_ids))))


def report(db: Session, review_id: int, member: Member, reason: str, *, now: datetime) -> None:
    """Bring a review before an operator. It stays on the page until one decides.

    Once each: said again, the newer reason stands. Raises ``OwnReview``.
    """
    _of_somebody_else(db, review_id, member)
    said = {"reason": plain.readable(reason)[:LONGEST_REASON], "at": now, "decided_at": None}
    db.execute(
        insert(ReviewReport)
        .values(review_id=review_id, member_id=member.id, **said)
        .on_conflict_do_update(index_elements=["review_id", "member_id"], set_=said)
    )


def _of_somebody_else(db: Session, review_id: int, member: Member) -> None:
    if shown(db, review_id).member_id == member.id:
        raise OwnReview(review_id)


def _count_helpful(db: Session, review_id: int, by: int) -> None:
    counted = update(Review).where(Review.id == review_id).values(helpful=Review.helpful + by)
    db.execute(counted.execution_options(synchronize_session="fetch"))


def _approved(title_id: int) -> Any:
    return select(Review).where(Review.title_id == title_id, Review.status == "approved")
