"""How a fact is noted, from whichever part of the path it happens on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.models import Fact


def record(
    db: Session,
    kind: str,
    key: str,
    *,
    at: datetime,
    now: datetime,
    visitor_id: int | None = None,
    member_id: int | None = None,
    title_id: int | None = None,
    subscription_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Note that ``kind`` happened at ``at``; the same ``key`` again changes nothing."""
    db.execute(
        insert(Fact)
        .values(
            kind=kind,
            key=key,
            at=at,
            noted_at=now,
            visitor_id=visitor_id,
            member_id=member_id,
            title_id=title_id,
            subscription_id=subscription_id,
            data=data or {},
        )
        .on_conflict_do_nothing(index_elements=["kind", "key"])
    )
