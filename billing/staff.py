"""Who is staff: roles given and taken, with the reason kept. Nobody changes their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import roles, sign_up
from accounts.models import Member
from billing import audit
from core.errors import DomainError


class OwnRoles(DomainError):
    """An admin who took their own role away could leave nobody who may give it back."""

    status = 409
    sentence = "You cannot change your own roles. Ask another admin."


def set_roles(
    db: Session,
    member: Member,
    names: Collection[str],
    *,
    by: Member,
    reason: str,
    now: datetime,
) -> None:
    """Let ``member`` hold exactly these roles from the next request on. Raises ``OwnRoles``."""
    if member.id == by.id:
        raise OwnRoles
    before = sorted(role.name for role in member.roles)
    member.roles[:] = [sign_up.role(db, name) for name in roles.NAMES if name in names]
    db.flush()  # the next request reads them
    audit.note(
        db,
        now=now,
        actor=f"operator:{by.id}",
        action="roles.changed",
        reason=reason,
        member_id=member.id,
        before={"roles": before},
        after={"roles": sorted(role.name for role in member.roles)},
    )
