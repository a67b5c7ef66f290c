"""How many e-mails an address gets because somebody typed it: a few, then none, told to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import EmailChange, SignInLink, SignUpRequest

MOST, WITHIN = 3, timedelta(hours=6)


def may_be_written_to(
    db: Session, asked: SignUpRequest | SignInLink | EmailChange, *, now: datetime
) -> bool:
    """Whether the address of ``asked`` has had fewer than three of these e-mails in six hours."""
    kind = type(asked)
    lately = select(func.count(kind.id)).where(
        kind.email == asked.email, kind.asked_at > now - WITHIN
    )
    return (db.scalar(lately) or 0) <= MOST
