"""A button that is pressed twice does its work once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.upkeep_models import Press


def is_first(db: Session, key: str, *, actor: str, now: datetime) -> bool:
    """Keep that the form with ``key`` was sent; ``False`` where it was before.

    A second press waits here until the first has committed, and then is refused, or was undone,
    and then does the work. What the work asks of Stripe is asked under the same key.
    """
    kept = insert(Press).values(key=key, actor=actor, at=now)
    first = kept.on_conflict_do_nothing(index_elements=["key"]).returning(Press.key)
    return db.scalar(first) is not None
