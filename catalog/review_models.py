"""The tables of reviews: what somebody thought of a title, who found it helpful, who objected."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Member
from core.db import Base


class Review(Base):
    """What somebody thought of a title; plain text. At most one a member and title.

    ``status`` is ``approved`` (everybody reads it and its score counts), ``waiting`` for an
    operator, or ``hidden`` by one. ``helpful`` counts the rows of
    ``review_vote``; ``watched`` says that our own player has shown its writer the film.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("title_id", "member_id"),
        Index(
            "uq_review_without_member",
            "title_id",
            "name",
            "written_on",
            unique=True,
            postgresql_where=text("member_id is null"),
        ),
        *(
            Index(name, *columns, postgresql_where=text("status = 'approved'"))
            for name, columns in (
                ("ix_review_newest", ("title_id", "written_on", "id")),
                ("ix_review_highest", ("title_id", "score", "written_on", "id")),
            )
        ),
        Index("ix_review_waiting", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_review_hidden", "id", postgresql_where=text("status = 'hidden'")),
        CheckConstraint("score between 1 and 10", name="score"),
        CheckConstraint("status in ('approved', 'waiting', 'hidden')", name="status"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey(Member.id))
    name: Mapped[str]
    written_on: Mapped[date]
    score: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    spoiler: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="approved")
    helpful: Mapped[int] = mapped_column(default=0)
    watched: Mapped[bool] = mapped_column(default=False)


class ReviewVote(Base):
    """A member who found somebody else's review helpful."""

    __tablename__ = "review_vote"

    review_id: Mapped[int] = mapped_column(
        ForeignKey("review.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ReviewReport(Base):
    """A member's objection to a review, until an operator has ``decided_at`` on it."""

    __tablename__ = "review_report"
    __table_args__ = (
        Index("ix_review_report_open", "review_id", postgresql_where=text("decided_at is null")),
    )

    review_id: Mapped[int] = mapped_column(
        ForeignKey("review.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reason: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
