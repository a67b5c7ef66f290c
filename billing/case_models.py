"""The tables of what people do beside Stripe: days given, and what they declare by a form."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Given(Base):
    """Days of access that cost nothing: a number of them, which waits for its turn, or a span.

    A ``gift`` or an ``extension`` has ``days``; a ``complimentary`` right has ``ends_at``.
    """

    __tablename__ = "given"
    __table_args__ = (
        CheckConstraint("kind in ('gift', 'extension', 'complimentary')", name="kind"),
        CheckConstraint("(days is null) <> (ends_at is null)", name="length"),
        CheckConstraint("days > 0", name="days"),
        Index("ix_given_member", "member_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    days: Mapped[int | None]
    ends_at: Mapped[datetime | None]
    actor: Mapped[str]
    reason: Mapped[str]
    given_at: Mapped[datetime]


class Withdrawal(Base):
    """Somebody's declaration that they withdraw from their contract, in their words and ours.

    ``declared``: received, the person is not proved yet. ``proved``: they are, and Stripe has yet
    to be told. ``done``: ended and paid back. ``late``: it came after the days in which it is a
    right. ``void``: there was no contract to withdraw from. ``refusals``: how often Stripe said no.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("state in ('declared', 'proved', 'done', 'late', 'void')", name="state"),
        Index("ix_withdrawal_waiting", "declared_at", postgresql_where=text("state = 'declared'")),
        Index("ix_withdrawal_proved", "id", postgresql_where=text("state = 'proved'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    contract: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="declared")
    declared_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    refunded_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str | None]
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    refused_at: Mapped[datetime | None]


class Termination(Base):
    """Somebody's declaration by the public form that their contract shall end, in their words.

    ``received``: nobody was found to whom it belongs, and a person looks. ``waiting``: it belongs
    to the member, and Stripe has yet to be told, or the day is far. ``done``: the contract ends on
    ``ends_at``. ``void``: there was no contract any more. ``refusals``: how often Stripe said no.
    """

    __tablename__ = "termination"
    __table_args__ = (
        CheckConstraint("kind in ('ordinary', 'extraordinary')", name="kind"),
        CheckConstraint("kind = 'ordinary' or cause <> ''", name="cause"),
        CheckConstraint("state in ('received', 'waiting', 'done', 'void')", name="state"),
        Index("ix_termination_waiting", "id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    contract: Mapped[str]
    kind: Mapped[str]
    cause: Mapped[str] = mapped_column(Text)
    wished_on: Mapped[date | None]
    language: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    declared_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    refused_at: Mapped[datetime | None]
