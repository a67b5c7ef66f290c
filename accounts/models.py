"""The tables of people: visitors, sign-ups, links, members, roles, and browsers' sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base


class Member(Base):
    """A person with an account. ``email`` is as typed in lower case; ``email_canonical`` is the
    same mailbox without tag and dots, by which a second trial is recognised. ``territory`` is
    the country (ISO 3166) that the member chose, ``theme``, ``contrast`` and ``motion`` how
    pages are shown to them, ``captions`` whether films begin with them. Reports leave tests and
    merged accounts out since ``test_since`` and ``merged_at``; ever without one. What has ended
    is a ``FormerMark``."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("theme in ('system', 'light', 'dark')", name="theme"),
        CheckConstraint("contrast in ('system', 'usual', 'more')", name="contrast"),
        CheckConstraint("motion in ('system', 'full', 'none')", name="motion"),
        Index("ix_member_email_start", "email", postgresql_ops={"email": "text_pattern_ops"}),
        Index(
            "ix_member_merged_into_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    email_canonical: Mapped[str] = mapped_column(index=True)
    password: Mapped[str | None]
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(default="UTC")
    locale: Mapped[str] = mapped_column(default="en-GB")
    territory: Mapped[str | None]
    theme: Mapped[str] = mapped_column(default="system")
    contrast: Mapped[str] = mapped_column(default="system", server_default="system")
    motion: Mapped[str] = mapped_column(default="system", server_default="system")
    captions: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_test: Mapped[bool] = mapped_column(default=False)
    test_since: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    merged_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(secondary="member_role", lazy="selectin")

    @property
    def is_operator(self) -> bool:
        """Whether this is staff: anybody with a role."""
        return bool(self.roles)

    @property
    def is_deleted(self) -> bool:
        """Whether its owner has deleted the account, which is forgotten now or will be soon."""
        return not self.active and self.merged_into_id is None


class Role(Base):
    """What a member of staff may do: viewer, support, finance or admin."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")


class MemberRole(Base):
    """Which member holds which role; without ``since``, always."""

    __tablename__ = "member_role"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    since: Mapped[datetime | None]


class FormerMark(Base):
    """A span in which a member was staff or a test account, and is so no longer: reports as of an
    instant in it go on leaving them out. Without ``since``, from ever."""

    __tablename__ = "former_mark"
    __table_args__ = (CheckConstraint("since < until", name="order"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime | None]
    until: Mapped[datetime]


class Visitor(Base):
    """A browser that looked at films. Joined to a member once, at the first account."""

    __tablename__ = "visitor"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    first_seen_at: Mapped[datetime]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    joined_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(index=True)
    campaign: Mapped[str | None]


class SignUpRequest(Base):
    """What somebody typed to sign up, until the link of an e-mail proves that the address is
    theirs: then it is an account. ``there`` is the page that they were on the way to, ``zone``
    that of their browser, ``territory`` the country that they chose, ``password`` a hash."""

    __tablename__ = "sign_up_request"
    __table_args__ = (Index("ix_sign_up_request_email", "email", "asked_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str]
    password: Mapped[str]
    there: Mapped[str]
    zone: Mapped[str | None]
    territory: Mapped[str | None]
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


class SignInLink(Base):
    """The link of an e-mail by which somebody signs in, on the way to the page ``there``.
    ``over_at``: since when it does nothing, because it was used, a newer one was sent, or the
    password was changed."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_email", "email", "asked_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str]
    there: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class EmailChange(Base):
    """Another address that a member has asked for, and the ``former`` one. ``done_at``: since when
    it is theirs; ``over_at``: since when its link does nothing, because a newer one was sent."""

    __tablename__ = "email_change"
    __table_args__ = (
        Index("ix_email_change_former", "former", postgresql_where=text("done_at is not null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]
    former: Mapped[str]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class Erasure(Base):
    """An account that its owner has deleted. ``customers``: as whom Stripe knew them, so that late
    news of theirs are recognised; ``done_at``: since when no table knows who it was."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_due", "id", postgresql_where=text("done_at is null")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), unique=True)
    customers: Mapped[list[str]] = mapped_column(JSONB)
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class SignInSession(Base):
    """One browser that is signed in (or fills in a form). The cookie holds a random token; the row
    holds its hash, so a copy of this table opens nothing."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_member", "member_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(default="")


class RequestCount(Base):
    """How often something was asked for within a span of time. Unlogged: a crash may forget it."""

    __tablename__ = "request_count"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime]
