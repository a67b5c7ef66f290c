"""The tables of operators' pictures: each upload's cuts, ready to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Picture(Base):
    """An operator's picture, named by the hash of the file that was uploaded."""

    __tablename__ = "picture"

    content: Mapped[str] = mapped_column(primary_key=True)
    uploaded_at: Mapped[datetime]


class PictureCut(Base):
    """A picture at one size in one format: ``poster-352.avif``, ``still-640.jpg``."""

    __tablename__ = "picture_cut"

    content: Mapped[str] = mapped_column(
        ForeignKey("picture.content", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
