"""The audit: a row for every change of money or access, written in the change's own transaction."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from billing.models import Audit

network: ContextVar[str] = ContextVar("network", default="")
"""From which network the request at hand came; empty where a machine is at work."""


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
