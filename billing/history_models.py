"""The tables of what happened: deliveries of Stripe, what happens once, the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class StripeEvent(Base):
    """One delivery, kept as it came; a worker claims what is ``new`` and due."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        CheckConstraint("state in ('new', 'done', 'ignored', 'dead')", name="state"),
        Index("ix_stripe_event_due", "next_try_at", postgresql_where=text("state = 'new'")),
        Index("ix_stripe_event_customer", "customer_id", "state"),
        Index("ix_stripe_event_story", "customer_id", "created_at"),
        Index("ix_stripe_event_state", "state", "id"),
        Index("ix_stripe_event_type", "type", "id"),
        Index("ix_stripe_event_object", "object_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    api_version: Mapped[str | None]
    livemode: Mapped[bool] = mapped_column(default=False)
    object_id: Mapped[str | None]
    object_type: Mapped[str | None]
    customer_id: Mapped[str | None]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="new")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class Milestone(Base):
    """Something that happens once to an object of Stripe's, such as a trial that started."""

    __tablename__ = "milestone"
    __table_args__ = (UniqueConstraint("object_id", "fact"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    object_id: Mapped[str]
    fact: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"))
    at: Mapped[datetime]
    noted_at: Mapped[datetime]


class Audit(Base):
    """Every change of money or access: who, why, before, after. Only ever added to."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_member", "member_id", "at"),
        Index("ix_audit_action", "action", "id"),
        Index("ix_audit_actor", "actor", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    network: Mapped[str] = mapped_column(default="")
