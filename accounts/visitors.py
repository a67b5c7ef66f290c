"""Browsers before they have an account, known by a random token whose hash we keep."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Visitor


def new_token() -> str:
    """A token for a new visitor's cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_token(db: Session, token: str) -> int | None:
    """The id of the visitor with this token, if it has been met."""
    return db.scalar(select(Visitor.id).where(Visitor.token_hash == hashed(token)))


def by_token(
    db: Session,
    token: str,
    *,
    now: datetime,
    source: str | None = None,
    campaign: str | None = None,
) -> int:
    """The id of the visitor with this token; the first call makes the row."""
    found = find_by_token(db, token)
    if found is not None:
        return found
    return db.execute(
        insert(Visitor)
        .values(token_hash=hashed(token), first_seen_at=now, source=source, campaign=campaign)
        .on_conflict_do_update(index_elements=["token_hash"], set_={"token_hash": hashed(token)})
        .returning(Visitor.id)
    ).scalar_one()


def join(db: Session, visitor_id: int, member_id: int, *, now: datetime) -> None:
    """Tie a visitor to the member that it became: once, and never to another."""
    db.execute(
        update(Visitor)
        .where(Visitor.id == visitor_id, Visitor.member_id.is_(None))
        .values(member_id=member_id, joined_at=now)
    )
