"""Browsers before they have an account, known by a random token whose hash we keep."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Visitor
from core import settings

TOGETHER = timedelta(minutes=1)


def new_token() -> str:
    """A token for a new visitor's cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_for(db: Session, page: str, *, now: datetime) -> str:
    """A token for a browser without a cookie, by the random id that its page gave itself: two
    requests that leave the page together name one visitor, whichever arrives first.

    Where that one was met longer ago, the address was passed on: then it is a new visitor's.
    """
    key = settings.current().signing_key.encode()
    token = hmac.digest(key, f"matinee.visitor:{page}".encode(), "sha256").hex()
    met_at = db.scalar(select(Visitor.first_seen_at).where(Visitor.token_hash == hashed(token)))
    return token if met_at is None or now - met_at <= TOGETHER else new_token()


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
    """The id of the visitor with this token; the first call makes the row.

    A request that was sent together with the first one may know better by which link they came.
    """
    known = select(Visitor.id, Visitor.source, Visitor.first_seen_at)
    found = db.execute(known.where(Visitor.token_hash == hashed(token))).first()
    if found and (found.source or not source or now - found.first_seen_at > TOGETHER):
        return int(found.id)
    made = insert(Visitor).values(
        token_hash=hashed(token), first_seen_at=now, source=source, campaign=campaign
    )
    return db.execute(
        made.on_conflict_do_update(
            index_elements=["token_hash"],
            set_={
                "source": func.coalesce(Visitor.source, made.excluded.source),
                "campaign": func.coalesce(Visitor.campaign, made.excluded.campaign),
            },
        ).returning(Visitor.id)
    ).scalar_one()


def join(db: Session, visitor_id: int, member_id: int, *, now: datetime) -> None:
    """Tie a visitor to the member that it became: once, and never to another."""
    db.execute(
        update(Visitor)
        .where(Visitor.id == visitor_id, Visitor.member_id.is_(None))
        .values(member_id=member_id, joined_at=now)
    )
