"""What waits for an operator among the reviews, deciding on it, and what was hidden so far."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog import scores
from catalog.models import Review, ReviewReport, Title
from core import keyset
from core.errors import DomainError, NotFound
from core.keyset import Page, Place

DECISIONS = {"approve": "approved", "hide": "hidden", "restore": "approved"}


class ReasonMissing(DomainError):
    """A decision about what somebody wrote is kept with its reason."""

    status = 422
    sentence = "Give the reason for your decision: it is kept beside your name."


class WrittenAnew(DomainError):
    """What was read is not what stands there any more."""

    status = 409
    sentence = (
        "This review has been written anew since you read it, so nothing was decided. Go back, "
        "load the page again, read it and then decide."
    )


class DecidedAlready(DomainError):
    """Somebody else was quicker, and their decision stands."""

    status = 409
    sentence = (
        "This review no longer waits: somebody has decided on it since you read it, so nothing "
        "was changed. Go back and load the page again to see what still waits."
    )


@dataclass(frozen=True)
class Waiting:
    """A review to decide on, the film it is of, what members object to in it, and when the last
    of them said so. Nothing is left of that where it is hidden."""

    review: Review
    title: Title
    reasons: tuple[str, ...]
    reported_at: datetime | None

    @property
    def words(self) -> str:
        """What tells these words from any that its writer may put in their place."""
        return fingerprint(self.review)


@dataclass(frozen=True)
class Decided:
    """A review after a decision, and how it stood before."""

    review: Review
    before: str


def queue(db: Session, *, limit: int = 50, offset: int = 0) -> list[Waiting]:
    """The reviews held for approval or reported, those that have waited longest first."""
    rows = db.execute(
        select(Review, Title)
        .join(Title, Title.id == Review.title_id)
        .where(_is_waiting())
        .order_by(_since(), Review.id)
        .limit(limit)
        .offset(offset)
    ).all()
    said = _reports(db, [review.id for review, _ in rows])
    found = []
    for review, title in rows:
        reports = said.get(review.id, [])
        last = reports[-1][1] if reports else None
        found.append(Waiting(review, title, tuple(reason for reason, _ in reports), last))
    return found


def waiting(db: Session) -> int:
    """How many reviews wait for a decision."""
    return db.scalar(select(func.count()).select_from(Review).where(_is_waiting())) or 0


def hidden(db: Session, place: Place) -> Page[Waiting]:
    """A page of the reviews that an operator has hidden, the newest first.

    Without those of an account that was merged into another: another of that person stands.
    """
    query = select(Review).where(Review.status == "hidden", ~_is_merged())
    page = keyset.page(db, query, Review.id, place)
    films = select(Title).where(Title.id.in_({review.title_id for review in page.rows}))
    by_id = {film.id: film for film in db.scalars(films)}
    rows = [Waiting(review, by_id[review.title_id], (), None) for review in page.rows]
    return Page(rows, page.previous, page.next)


def fingerprint(review: Review) -> str:
    """A hash of what a reader reads in it."""
    read = repr((review.name, review.score, review.spoiler, review.text))
    return hashlib.sha256(read.encode()).hexdigest()[:24]


def decide(
    db: Session,
    review_id: int,
    decision: str,
    *,
    words: str,
    reported_at: datetime | None,
    reason: str,
    now: datetime,
) -> Decided:
    """Approve or hide a review, or restore a hidden one; settle what was reported of it, and
    bring the score up to date.

    ``words`` is the fingerprint of what was read, ``reported_at`` the time of the last report
    that was: a later one keeps the review waiting. The caller notes who decided and why in the
    audit. Raises ``ReasonMissing``, ``NotFound``, ``WrittenAnew`` and ``DecidedAlready``.
    """
    if not reason.strip():
        raise ReasonMissing(review_id)
    number = min(review_id, keyset.LARGEST)
    review = db.scalar(select(Review).where(Review.id == number, ~_is_merged()))
    if review is None or decision not in DECISIONS:
        raise NotFound(review_id)
    scores.hold(db, review.title_id)
    db.refresh(review)  # its writer may have changed it while we waited
    if fingerprint(review) != words:
        raise WrittenAnew(review_id)
    settled = _settle(db, review_id, reported_at, now=now)
    if not _may_be(decision, review, settled):
        raise DecidedAlready(review_id)
    before, review.status = review.status, DECISIONS[decision]
    db.flush()  # the score is read from the table
    scores.refresh(db, review.title_id)
    return Decided(review, before)


def _may_be(decision: str, review: Review, settled: int) -> bool:
    """Whether a review still stands as who decides has seen it."""
    if decision == "restore":
        return review.status == "hidden"
    return review.status == "waiting" or (review.status == "approved" and settled > 0)


def _is_merged() -> ColumnElement[bool]:
    """Whether a review's writer has another account now, with a review of its own."""
    merged = (Member.id == Review.member_id) & Member.merged_into_id.is_not(None)
    return exists().where(merged)


def _settle(db: Session, review_id: int, reported_at: datetime | None, *, now: datetime) -> int:
    """Settle the reports up to an instant and return how many waited."""
    if reported_at is None:
        return 0
    read = update(ReviewReport).where(
        ReviewReport.review_id == review_id,
        ReviewReport.decided_at.is_(None),
        ReviewReport.at <= reported_at,
    )
    settled = read.values(decided_at=now).returning(ReviewReport.member_id)
    return len(db.scalars(settled).all())


def _is_waiting() -> ColumnElement[bool]:
    reported = select(ReviewReport.review_id).where(ReviewReport.decided_at.is_(None))
    return (Review.status == "waiting") | ((Review.status == "approved") & Review.id.in_(reported))


def _since() -> ColumnElement[datetime]:
    """Since when a review waits: as it was reported first, or as it was last written."""
    first = (
        select(func.min(ReviewReport.at))
        .where(ReviewReport.review_id == Review.id, ReviewReport.decided_at.is_(None))
        .scalar_subquery()
    )
    return case((Review.status == "waiting", Review.written_on), else_=first)


def _reports(db: Session, review_ids: Sequence[int]) -> dict[int, list[tuple[str, datetime]]]:
    """What is reported of each review and when, the last at the end."""
    rows = db.execute(
        select(ReviewReport.review_id, ReviewReport.reason, ReviewReport.at)
        .where(ReviewReport.review_id.in_(review_ids), ReviewReport.decided_at.is_(None))
        .order_by(ReviewReport.at)
    )
    said: dict[int, list[tuple[str, datetime]]] = {}
    for review_id, reason, at in rows:
        said.setdefault(review_id, []).append((reason, at))
    return said
