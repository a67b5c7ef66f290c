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
    __table_args__ = (
        Index("ix_drift_found", "found_at"),
        Index("ix_drift_waiting", "id", postgresql_where=text("repaired_at is null")),
        Index("ix_drift_repaired", "id", postgresql_where=text("repaired_at is not null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    object_id: Mapped[str]
    field: Mapped[str]
    ours: Mapped[str | None]
    theirs: Mapped[str | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    found_at: Mapped[datetime]
    repaired_at: Mapped[datetime | None]


class Alarm(Base):
    """Something that a person must look at: kept once by what it is about, until it is settled.

    Somebody who has seen to it leaves who and why; it is called again only once it was settled.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "uq_alarm_open",
            "kind",
            "object_id",
            unique=True,
            postgresql_where=text("settled_at is null"),
        ),
        Index(
            "ix_alarm_waiting",
            "id",
            postgresql_where=text("settled_at is null and seen_at is null"),
        ),
        Index("ix_alarm_kind", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    called_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str | None]
    seen_why: Mapped[str | None]


class Press(Base):
    """One press of an operator's button. Its key makes a second press of it the same one."""

    __tablename__ = "press"

    key: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    at: Mapped[datetime]


class Sweep(Base):
    """One comparison of everything with Stripe: who asked for it, and how it ended."""

    __tablename__ = "sweep"
    __table_args__ = (Index("ix_sweep_waiting", "id", postgresql_where=text("ended_at is null")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    actor: Mapped[str]
    dry_run: Mapped[bool]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    found: Mapped[int | None]


class StripeWrite(Base):
    """A thing that Stripe was asked to do once, by a key of which the answer may be in doubt.

    ``name`` is the first key; ``generation`` counts the keys that were given up after it.
    ``failed`` says that Stripe may repeat a failure under the newest of them; ``said`` is what was
    asked for, where a repeat could not work it out again.
    """

    __tablename__ = "stripe_write"
    __table_args__ = (Index("ix_stripe_write_done", "done_at"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int]
    asked_at: Mapped[datetime]
    failed: Mapped[bool]
    done_at: Mapped[datetime | None]
    said: Mapped[str | None]
