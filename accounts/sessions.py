"""The rows behind the session cookie: found by the hash of a random token, aged by our clock."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.orm import Session, joinedload

from accounts.models import Member, MemberRole, SignInSession
from core import keyset

IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=90)
OPERATOR_IDLE = timedelta(minutes=30)
OPERATOR_ABSOLUTE = timedelta(hours=12)


def new_token() -> str:
    """A token for a session cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


class Found(NamedTuple):
    """A session with the member whom its content names, if there is one: every page asks for
    both, so they are read in one query."""

    data: dict[str, Any]
    created_at: datetime
    last_seen_at: datetime
    is_operators: bool
    member: Member | None


def find(db: Session, token: str, *, now: datetime) -> Found | None:
    """The living session of this token; one that is too old is as good as none."""
    row = db.execute(_FIND, {"hashed": hashed(token)}).unique().first()
    found = None if row is None else Found(*row)
    return None if found is None or _is_over(found, now=now) else found


_FIND = (
    select(
        SignInSession.data,
        SignInSession.created_at,
        SignInSession.last_seen_at,
        exists().where(MemberRole.member_id == SignInSession.member_id),
        Member,
    )
    .outerjoin(Member, Member.fs_uniquifier == SignInSession.data["_user_id"].astext)
    .options(joinedload(Member.roles))
    .where(SignInSession.token_hash == bindparam("hashed"))
)


def _is_over(found: Found, *, now: datetime) -> bool:
    idle, absolute = (OPERATOR_IDLE, OPERATOR_ABSOLUTE) if found.is_operators else (IDLE, ABSOLUTE)
    return now - found.last_seen_at > idle or now - found.created_at > absolute


def keep(
    db: Session,
    token: str,
    data: dict[str, Any],
    *,
    fs_uniquifier: str | None,
    device: str,
    now: datetime,
    begins: bool = True,
) -> bool:
    """Write a session's content; where it ``begins``, the row is made. One that was ended elsewhere
    meanwhile stays ended. Answers whether it is there."""
    member = select(Member.id).where(Member.fs_uniquifier == fs_uniquifier)
    content: dict[str, Any] = {
        "data": data,
        "last_seen_at": now,
        "device": device[:200],
        "member_id": db.scalar(member) if fs_uniquifier else None,
    }
    if begins:
        db.add(SignInSession(token_hash=hashed(token), created_at=now, **content))
        return True
    return _change(db, token, content)


def note_seen(db: Session, token: str, *, now: datetime) -> None:
    """Keep a session alive, and leave its content to whoever changes it."""
    _change(db, token, {"last_seen_at": now})


def _change(db: Session, token: str, content: dict[str, Any]) -> bool:
    named = update(SignInSession).where(SignInSession.token_hash == hashed(token))
    return db.scalar(named.values(content).returning(SignInSession.id)) is not None


def end(db: Session, token: str) -> None:
    """Forget a session; its cookie opens nothing any more."""
    db.execute(delete(SignInSession).where(SignInSession.token_hash == hashed(token)))


def of_member(db: Session, member_id: int) -> list[SignInSession]:
    """Where a member is signed in, the latest first."""
    rows = select(SignInSession).where(SignInSession.member_id == member_id)
    return list(db.scalars(rows.order_by(SignInSession.last_seen_at.desc())))


def end_one(db: Session, member_id: int, session_id: int) -> None:
    """Forget one of the member's sessions; another member's is left alone."""
    db.execute(
        delete(SignInSession).where(
            SignInSession.id == min(session_id, keyset.LARGEST),
            SignInSession.member_id == member_id,
        )
    )


def end_all(db: Session, member_id: int) -> None:
    """Forget every session of a member."""
    db.execute(delete(SignInSession).where(SignInSession.member_id == member_id))


def purge(db: Session, *, now: datetime) -> int:
    """Remove sessions too old for anybody. Returns how many."""
    gone = db.execute(delete(SignInSession).where(SignInSession.last_seen_at < now - IDLE))
    return gone.rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE's result has it


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
