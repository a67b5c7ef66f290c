"""The tables of upkeep: how far events were read, what differed, what needs a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class EventCursor(Base):
    """Up to which instant Stripe's own list of events has been read. One row."""

    __tablename__ = "event_cursor"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    read_until: Mapped[datetime]


class Drift(Base):
    """Something that our database said otherwise than Stripe, and when it was put right."""

    __tablename__ = "drift"
    __table_args__ = (Index("ix_drift_found", "found_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    object_id: Mapped[str]
    field: Mapped[str]
    ours: Mapped[str | None]
    theirs: Mapped[str | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    found_at: Mapped[datetime]
    repaired_at: Mapped[datetime | None]


class Alarm(Base):
    """Something that a person must look at: kept once by what it is about, until it is settled."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "uq_alarm_open",
            "kind",
            "object_id",
            unique=True,
            postgresql_where=text("settled_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    called_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
