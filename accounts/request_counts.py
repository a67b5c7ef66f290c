"""How often somebody asked for something, by address and account: kept while it is counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.models import RequestCount

A_SET = 10_000


def purge_some(db: Session, *, now: datetime) -> bool:
    """Forget a set of counts whose span is over. Answers whether there may be more; a count that
    begins anew at this moment is left alone."""
    over = (
        select(RequestCount.key)
        .where(RequestCount.ends_at <= now)
        .limit(A_SET)
        .with_for_update(skip_locked=True)
    )
    gone = db.execute(delete(RequestCount).where(RequestCount.key.in_(over)))
    return bool(gone.rowcount == A_SET)  # type: ignore[attr-defined]  # a DELETE's result has it
