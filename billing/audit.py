"""The audit: a row for every change of money or access, written in the change's own transaction."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import merges
from billing.models import Audit

network: ContextVar[str] = ContextVar("network", default="")
"""From which network the request at hand came; empty where a machine is at work."""


def newest(db: Session, member_id: int, action: str, **before: Any) -> Audit | None:
    """The newest row of an act about a member, whichever account they had, with these values."""
    rows = select(Audit).where(
        Audit.member_id.in_(merges.everyone(member_id)),
        Audit.action == action,
        Audit.before.contains(before),
    )
    return db.scalars(rows.order_by(Audit.id.desc()).limit(1)).one_or_none()


def note(
    db: Session,
    *,
    now: datetime,
    actor: str,
    action: str,
    reason: str,
    member_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Keep who did what and why. ``actor`` is ``member:7``, ``operator:3`` or ``matinee``."""
    db.add(
        Audit(
            at=now,
            actor=actor,
            action=action,
            reason=reason,
            member_id=member_id,
            before=before or {},
            after=after or {},
            network=network.get(),
        )
    )
