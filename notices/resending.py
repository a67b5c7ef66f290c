"""An e-mail sent once more because somebody asked for it, if what it says is still true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing import audit
from core.errors import DomainError
from notices import owed
from notices.models import Notice


class NoLongerTrue(DomainError):
    """What the e-mail would say does not hold any more."""

    status = 409
    sentence = "What this e-mail says is no longer true, so it cannot be sent again."


def again(db: Session, notice: Notice, *, actor: str, reason: str, key: str, now: datetime) -> None:
    """Owe ``notice`` once more, under a key of its own; its words are made afresh when it is sent.

    The same ``key`` again changes nothing. Raises ``NoLongerTrue``.
    """
    if not owed.is_still_true(db, notice):
        raise NoLongerTrue
    owed.owe(
        db,
        notice.kind,
        f"{notice.key}:again:{key}",
        member_id=notice.member_id,
        subscription_id=notice.subscription_id,
        object_id=notice.facts["object_id"],
        now=now,
    )
    audit.note(
        db,
        now=now,
        actor=actor,
        action="notice.resent",
        reason=reason,
        member_id=notice.member_id,
        before={"e-mail": notice.kind, "first owed": notice.owed_at.isoformat()},
    )
