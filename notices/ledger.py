"""The ledger of e-mails, read: what a person was told, when, and whether it was accepted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from accounts import mail_limits
from notices import ways_in
from notices.models import Notice


def hand_over(db: Session, gone_id: int, survivor_id: int) -> None:
    """Everything that one account was told counts as told to the other, and what is owed to it
    goes to the other's address."""
    moved = update(Notice).where(Notice.member_id == gone_id)
    db.execute(moved.values(member_id=survivor_id))


def of_member(db: Session, member_id: int, *, limit: int = 50) -> list[Notice]:
    """The newest e-mails to a member, whatever became of them; dropped ones are left out."""
    kept = select(Notice).where(Notice.member_id == member_id, Notice.state != "dropped")
    return list(db.scalars(kept.order_by(Notice.id.desc()).limit(limit)))


def may_be_written_to(db: Session, member_id: int, kind: str, *, now: datetime) -> bool:
    """Whether a member had fewer e-mails of this kind lately than an address may have."""
    lately = select(func.count(Notice.id)).where(
        Notice.member_id == member_id,
        Notice.kind == kind,
        Notice.state != "dropped",
        Notice.owed_at > now - mail_limits.WITHIN,
    )
    return (db.scalar(lately) or 0) < mail_limits.MOST


def is_owed(db: Session, key: str) -> bool:
    """Whether the e-mail of this key has still to be handed in."""
    waits = (Notice.key == key, Notice.state.in_(("owed", "sending")))
    return db.scalar(select(Notice.id).where(*waits)) is not None


def forget(db: Session, members: list[int], addresses: list[str], changes: list[int]) -> None:
    """Forget what went to ``addresses`` of guests and what was told of ``changes`` of an address,
    and send nothing more to ``members``."""
    keys = [f"{kind}:{one}" for kind in ways_in.OF_CHANGES for one in changes]
    db.execute(delete(Notice).where(Notice.address.in_(addresses) | Notice.key.in_(keys)))
    waits = (Notice.member_id.in_(members), Notice.state == "owed")
    db.execute(update(Notice).where(*waits).values(state="dropped"))


def forget_ways_in(db: Session, *, now: datetime) -> None:
    """Forget to which addresses links went before ``now`` that sign up or in: most of those who
    sign up are nobody here."""
    old = (Notice.kind.in_(ways_in.KINDS), Notice.owed_at < now)
    db.execute(delete(Notice).where(*old, Notice.state != "sending"))
