"""How often something happened on a film's page: counted as it happened, day by day, by workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.ready_models import Counter

DAYS = 30


def of_film(db: Session, title_id: int, *, now: datetime) -> dict[str, int]:
    """How often each kind of fact happened on a film's page in the last 30 days of UTC, today
    among them. Robots, staff and tests are in it; people are counted by the reports."""
    first = now.astimezone(UTC).date() - timedelta(days=DAYS - 1)
    lately = (
        select(Counter.kind, func.sum(Counter.number))
        .where(Counter.title_id == title_id, Counter.day >= first)
        .group_by(Counter.kind)
    )
    return {kind: int(number) for kind, number in db.execute(lately)}
