"""The tables of videos: what is on disk to be played, its captions, and which is whose trailer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Base


class Video(Base):
    """One encoded film or trailer on disk: encrypted HLS in ``folder`` below the media folder."""

    __tablename__ = "video"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    folder: Mapped[str] = mapped_column(unique=True)
    seconds: Mapped[int]
    encryption_key: Mapped[bytes]
    added_at: Mapped[datetime] = mapped_column(default=clock.now)

    captions: Mapped[list[CaptionTrack]] = relationship(
        order_by="CaptionTrack.position", cascade="all, delete-orphan"
    )


class CaptionTrack(Base):
    """The captions of a video in one language (BCP 47). ``file`` lies in the video's folder;
    ``name`` is what a player calls them where the language's own name would not do."""

    __tablename__ = "caption_track"
    __table_args__ = (
        CheckConstraint("language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'", name="language"),
    )

    video_id: Mapped[int] = mapped_column(
        ForeignKey("video.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    file: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Trailer(Base):
    """A title's trailer and who may see it: everyone, the signed in, or the entitled."""

    __tablename__ = "trailer"
    __table_args__ = (
        CheckConstraint("gate in ('everyone', 'signed in', 'entitled')", name="gate"),
    )

    title_id: Mapped[int] = mapped_column(
        ForeignKey("title.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str]
    gate: Mapped[str] = mapped_column(default="everyone")
    video_id: Mapped[int | None] = mapped_column(ForeignKey("video.id"))

    video: Mapped[Video | None] = relationship()
