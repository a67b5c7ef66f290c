"""The table of imports: how far each has come, so that one that was broken off can go on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ImportRun(Base):
    """One import of one file. ``records`` of it are done, with the outcomes in ``counts``, and by
    what its report is known again; the file is by the ``fingerprint`` of its content and of what
    was wished."""

    __tablename__ = "import_run"
    __table_args__ = (
        Index(
            "uq_import_run_unfinished",
            "fingerprint",
            unique=True,
            postgresql_where=sql("finished_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    fingerprint: Mapped[str]
    source: Mapped[str]
    name: Mapped[str]
    records: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
