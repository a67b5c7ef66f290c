"""The tables of the right to watch: entitlements, playback sessions and how far somebody got."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Title
from core.db import Base


class Entitlement(Base):
    """The right of a member to a feature until an instant, and the reason, as last derived."""

    __tablename__ = "entitlement"
    __table_args__ = (UniqueConstraint("member_id", "feature"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    feature: Mapped[str]
    until: Mapped[datetime]
    why: Mapped[str]
    changed_at: Mapped[datetime]


class PlaybackSession(Base):
    """One running player, alive while its heartbeats come. Its token stands in media addresses."""

    __tablename__ = "playback_session"
    __table_args__ = (
        Index("ix_playback_session_member", "member_id", "last_beat_at"),
        Index("ix_playback_session_story", "member_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    title_id: Mapped[int] = mapped_column(ForeignKey("title.id", ondelete="CASCADE"))
    kind: Mapped[str]
    device: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    last_beat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    seconds_played: Mapped[int] = mapped_column(default=0)

    title: Mapped[Title] = relationship()


class WatchProgress(Base):
    """How far a member has got in a title."""

    __tablename__ = "watch_progress"
    __table_args__ = (Index("ix_watch_progress_recent", "member_id", "updated_at"),)

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    position_seconds: Mapped[int]
    finished: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]

    title: Mapped[Title] = relationship()
