"""Whom the reports leave out: test accounts, and trials that an operator knows to be fraud."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Member
from billing import audit, subscriptions
from core.errors import DomainError
from reports import facts


class NoTrialToMark(DomainError):
    """The member never had a trial, so there is none to mark."""

    status = 409
    sentence = "This person has had no trial, so there is none to mark as fraud."


def as_test(
    db: Session, member: Member, is_test: bool, *, actor: str, reason: str, now: datetime
) -> None:
    """Count the member as a test account from now on, in every report, or no longer."""
    before = member.is_test
    member.is_test = is_test
    member.test_since = now if is_test else None
    audit.note(
        db,
        now=now,
        actor=actor,
        action="mark.test",
        reason=reason,
        member_id=member.id,
        before={"test": before},
        after={"test": is_test},
    )


def as_fraud(db: Session, member_id: int, *, actor: str, reason: str, now: datetime) -> int:
    """Put the member's trials on the reports' line of fraud; returns how many.

    A fact is only ever added, so this cannot be taken back, and reports drawn for an earlier
    instant stay as they were. The second time changes nothing. Raises ``NoTrialToMark``.
    """
    tried = [sub for sub in subscriptions.of_member(db, member_id) if sub.trial_started_at]
    if not tried:
        raise NoTrialToMark
    for sub in tried:
        facts.record(
            db,
            "trial_change",
            f"{sub.stripe_id}:fraud",
            at=now,
            now=now,
            member_id=member_id,
            subscription_id=sub.id,
            data={"change": "fraud"},
        )
    audit.note(
        db,
        now=now,
        actor=actor,
        action="mark.fraud",
        reason=reason,
        member_id=member_id,
        after={"trials": [sub.stripe_id for sub in tried]},
    )
    return len(tried)
