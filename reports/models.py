"""The table of facts that every report is drawn from; only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Fact(Base):
    """Something that happened, once, at an instant. ``key`` is the thing's own name, so that a
    fact noted twice is one row. ``data`` holds what is particular to its kind (METRICS names)."""

    __tablename__ = "fact"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_fact_kind_at", "kind", "at"),
        Index("ix_fact_member", "member_id", "at"),
        Index("ix_fact_visitor", "visitor_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    at: Mapped[datetime]
    noted_at: Mapped[datetime]
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    title_id: Mapped[int | None] = mapped_column(ForeignKey("title.id", ondelete="SET NULL"))
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
