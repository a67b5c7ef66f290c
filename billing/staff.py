"""Who is staff: roles given and taken, with the reason kept. Nobody changes their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import roles, sign_up
from accounts.models import FormerMark, Member, MemberRole, Role
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
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    """Let ``member`` hold exactly these roles from the next request on; ``actor`` is who says so,
    as the audit names them. Raises ``OwnRoles``."""
    if actor == f"operator:{member.id}":
        raise OwnRoles
    before = sorted(role.name for role in member.roles)
    _hold(db, member, [sign_up.role(db, name) for name in roles.NAMES if name in names], now)
    audit.note(
        db,
        now=now,
        actor=actor,
        action="roles.changed",
        reason=reason,
        member_id=member.id,
        before={"roles": before},
        after={"roles": sorted(role.name for role in member.roles)},
    )


def _hold(db: Session, member: Member, wanted: list[Role], now: datetime) -> None:
    """Roles that stay keep their instant, and a new one takes that of the first that was held. The
    last one leaves its span behind: a report of the past goes on leaving out exactly whom it did.
    """
    db.flush()  # a role that nobody held before needs its id
    role_ids = {role.id for role in wanted}
    mine = MemberRole.member_id == member.id
    held = {row.role_id: row.since for row in db.scalars(select(MemberRole).where(mine))}
    since = None if None in held.values() else min(filter(None, held.values()), default=now)
    db.execute(delete(MemberRole).where(mine, MemberRole.role_id.not_in(role_ids)))
    db.add_all(
        MemberRole(member_id=member.id, role_id=role_id, since=since)
        for role_id in sorted(role_ids - held.keys())
    )
    if held and not role_ids and (since is None or since < now):
        db.add(FormerMark(member_id=member.id, since=since, until=now))
    db.flush()  # the next request reads them
    db.expire(member, ["roles"])
