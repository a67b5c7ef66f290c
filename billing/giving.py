"""Days that cost nothing, given by a person with a reason: a gift, an extension, a free span."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit
from billing.case_models import Given


def give(
    db: Session,
    member_id: int,
    kind: str,
    *,
    days: int | None = None,
    ends_at: datetime | None = None,
    actor: str,
    reason: str,
    now: datetime,
) -> Given:
    """Give ``days`` that wait for time nobody has, or a span that ends at an instant.

    The caller refreshes the member's entitlement in the same transaction.
    """
    row = Given(
        member_id=member_id,
        kind=kind,
        starts_at=now,
        days=days,
        ends_at=ends_at,
        actor=actor,
        reason=reason,
        given_at=now,
    )
    db.add(row)
    db.flush()  # the entitlement is derived from it
    audit.note(
        db,
        now=now,
        actor=actor,
        action="access.given",
        reason=reason,
        member_id=member_id,
        after={"kind": kind, "days": days, "until": ends_at.isoformat() if ends_at else None},
    )
    return row


def of_member(db: Session, member_id: int) -> list[Given]:
    """Everything that a member was given, oldest first."""
    return of_members(db, [member_id])


def of_members(db: Session, members: Collection[int]) -> list[Given]:
    """Everything that any of ``members`` was given, oldest first."""
    theirs = select(Given).where(Given.member_id.in_(members))
    return list(db.scalars(theirs.order_by(Given.starts_at, Given.id)))
