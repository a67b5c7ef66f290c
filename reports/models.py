"""The table of facts that every report is drawn from; only ever added to."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Fact(Base):
    """Something that happened, once, at an instant. ``key`` is the thing's own name, so that a
    fact noted twice is one row. ``data`` holds what is particular to its kind (METRICS names).

    One partition a month of ``at``, in the schema ``fact_months``. The database refuses to change
    or remove a row. The ids are no foreign keys: a fact outlives the film or person it tells of.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index("ix_fact_kind_at", "kind", "at"),
        Index("ix_fact_member", "member_id", "at"),
        Index("ix_fact_visitor", "visitor_id", "at"),
        Index(
            "ix_fact_person",
            text("(data ->> 'person')"),
            postgresql_where=text("member_id IS NULL AND visitor_id IS NULL"),
        ),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]
    visitor_id: Mapped[int | None] = mapped_column(BigInteger)
    member_id: Mapped[int | None] = mapped_column(BigInteger)
    title_id: Mapped[int | None] = mapped_column(BigInteger)
    subscription_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class FactName(Base):
    """The name of each fact, ``md5(kind:key)``: what makes one that is noted twice one row, since
    no partition can see the others."""

    __tablename__ = "fact_name"

    name: Mapped[uuid.UUID] = mapped_column(primary_key=True)
