"""How an account comes to be, and the marks by which the same mailbox is known again."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member, MemberRole, Role

DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def canonical(email: str) -> str:
    """The mailbox behind an address: lower case, no +tag, no dots before the @.

    Dots are dropped for every provider: two people who differ by a dot alone are rarer than
    one person who asks for a second trial by it, and the second of them is told why.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.split("+", 1)[0].replace(".", "")
    return f"{local}@{'gmail.com' if domain in DOTLESS else domain}"


def member(
    db: Session, email: str, password_hash: str, *, now: datetime, roles: tuple[str, ...] = ()
) -> Member:
    """A member with this address, made where there is none; ``roles`` are added, never removed."""
    address = email.strip().lower()
    found = db.scalar(select(Member).where(Member.email == address))
    if found is None:
        found = Member(
            email=address,
            email_canonical=canonical(address),
            password=password_hash,
            fs_uniquifier=secrets.token_hex(32),
            created_at=now,
        )
        db.add(found)
    held = {role.name for role in found.roles}
    wanted = [role(db, name) for name in roles if name not in held]
    db.flush()  # the ids are needed, here and by callers
    db.add_all(MemberRole(member_id=found.id, role_id=one.id, since=now) for one in wanted)
    db.flush()
    db.expire(found, ["roles"])
    return found


def role(db: Session, name: str) -> Role:
    """The role of this name, made where there is none."""
    found = db.scalar(select(Role).where(Role.name == name))
    if found is None:
        found = Role(name=name)
        db.add(found)
    return found
