"""The ledger of e-mails, read: what a person was told, when, and whether it was accepted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from notices.models import Notice


def of_member(db: Session, member_id: int, *, limit: int = 50) -> list[Notice]:
    """The newest e-mails to a member, whatever became of them; dropped ones are left out."""
    kept = select(Notice).where(Notice.member_id == member_id, Notice.state != "dropped")
    return list(db.scalars(kept.order_by(Notice.id.desc()).limit(limit)))
