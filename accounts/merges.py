"""Accounts that became another: which ones a member is made of, and which one is left."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from accounts import sessions
from accounts.models import EmailChange, Member


def everyone(member_id: int) -> Select[int]:
    """The numbers of ``member_id`` and of every account that has become part of it."""
    found = select(Member.id).where(Member.id == member_id).cte(recursive=True)
    return select(found.union(select(Member.id).where(Member.merged_into_id == found.c.id)).c.id)


def survivors(gone: Select[Member]) -> Select[int]:
    """The numbers of every account that one of ``gone`` has become part of."""
    first = gone.with_only_columns(Member.merged_into_id.label("id")).cte(recursive=True)
    further = select(Member.merged_into_id).where(
        Member.id == first.c.id, Member.merged_into_id.is_not(None)
    )
    return select(first.union(further).c.id)


def present(db: Session, found: Member | None) -> Member | None:
    """The account that ``found`` has become part of, itself where it has not: links and addresses
    that were given out before go on to mean the same person."""
    while found is not None and found.merged_into_id is not None:
        found = db.get(Member, found.merged_into_id)
    return found


def by_address(db: Session, address: str) -> Member | None:
    """Whose an e-mail address is or, where it is nobody's now, was last; else ``None``."""
    typed = address.strip().lower()
    theirs = db.scalar(select(Member).where(Member.email == typed))
    return present(db, theirs or _formerly(db, typed))


def theirs_alone(db: Session, members: list[int]) -> list[str]:
    """The proved addresses, present and former, of these accounts that nobody else has had: what
    names one of them and no member means these. One that was asked for and not proved may be
    anybody's."""
    others = aliased(Member)
    taken = exists().where(others.email == EmailChange.former, others.id.not_in(members))
    again = aliased(EmailChange)
    had = exists().where(
        again.former == EmailChange.former,
        again.done_at.is_not(None),
        again.member_id.not_in(members),
    )
    left = select(EmailChange.former).where(
        EmailChange.member_id.in_(members), EmailChange.done_at.is_not(None), ~taken, ~had
    )
    present = select(Member.email).where(Member.id.in_(members))
    return sorted({*db.scalars(present), *db.scalars(left)})


def _formerly(db: Session, address: str) -> Member | None:
    changes = select(Member).join(EmailChange, EmailChange.member_id == Member.id)
    left = changes.where(EmailChange.former == address, EmailChange.done_at.is_not(None))
    return db.scalar(left.order_by(EmailChange.done_at.desc()).limit(1))


def close(db: Session, gone: Member, survivor: Member, *, now: datetime) -> None:
    """From now on ``gone`` is ``survivor``: nobody signs in with it, and nobody is signed in."""
    gone.merged_into_id, gone.merged_at = survivor.id, now
    gone.active, gone.password, gone.fs_uniquifier = False, None, secrets.token_hex(32)
    sessions.end_all(db, gone.id)
    db.flush()  # the next request, and what follows, read it
