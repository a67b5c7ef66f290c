"""The ledger of e-mails: one row for each that is owed, claimed before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Member
from core.db import Base


class Notice(Base):
    """One e-mail about one thing, to a member or to the ``address`` that a guest named.

    ``key`` names the thing, so a second row cannot exist; ``facts`` are what its words were
    filled with; ``bounced_at`` is when one that was accepted came back.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "state in ('owed', 'sending', 'accepted', 'refused', 'dropped', 'unclear')",
            name="state",
        ),
        CheckConstraint("(member_id is null) = (address is not null)", name="receiver"),
        Index("ix_notice_owed", "next_try_at", postgresql_where=text("state = 'owed'")),
        Index("ix_notice_sending", "sending_at", postgresql_where=text("state = 'sending'")),
        Index("ix_notice_member", "member_id", "owed_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    address: Mapped[str | None]
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"))
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(default="owed")
    owed_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sending_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    error: Mapped[str | None]

    member: Mapped[Member | None] = relationship()
