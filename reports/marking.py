"""Whom the reports leave out: test accounts, and trials that an operator knows to be fraud."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import merges
from accounts.models import FormerMark, Member
from billing import audit, subscriptions
from billing.models import Subscription
from core.errors import DomainError
from reports import facts
from reports.models import Fact

FRAUD, UNSET = "fraud", "fraud unset"


class NoTrialToMark(DomainError):
    """The member never had a trial, so there is none to mark."""

    status = 409
    sentence = "This person has had no trial, so there is none to mark as fraud."


class NoMark(DomainError):
    """No trial of the member stands on the line of fraud."""

    status = 409
    sentence = "No trial of this person is marked as fraud."


def as_test(
    db: Session, member: Member, is_test: bool, *, actor: str, reason: str, now: datetime
) -> None:
    """Count the member as a test account from now on, in every report, or no longer.

    Reports drawn for an earlier instant stay as they were. The second time changes nothing.
    """
    before, since = member.is_test, member.test_since
    if before == is_test:
        return
    if before and (since is None or since < now):
        db.add(FormerMark(member_id=member.id, since=since, until=now))
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

    Reports drawn for an earlier instant stay as they were. The second time changes nothing.
    Raises ``NoTrialToMark``.
    """
    tried = _tried(db, member_id)
    if not tried:
        raise NoTrialToMark
    fresh = [sub for sub in tried if not _is_marked(db, sub)]
    return _marked(db, member_id, fresh, FRAUD, actor=actor, reason=reason, now=now)


def as_honest(db: Session, member_id: int, *, actor: str, reason: str, now: datetime) -> int:
    """Take the mark of fraud back from the member's trials; returns how many.

    A fact is only ever added: reports drawn for an instant between the two keep the mark. Raises
    ``NoMark``.
    """
    marked = fraudulent(db, member_id)
    if not marked:
        raise NoMark
    return _marked(db, member_id, marked, UNSET, actor=actor, reason=reason, now=now)


def fraudulent(db: Session, member_id: int) -> list[Subscription]:
    """The member's subscriptions whose trials stand on the line of fraud now."""
    return [sub for sub in subscriptions.of_member(db, member_id) if _is_marked(db, sub)]


def unmarked(db: Session, member_id: int) -> list[Subscription]:
    """The member's subscriptions whose trials a mark of fraud would move to its line."""
    return [sub for sub in _tried(db, member_id) if not _is_marked(db, sub)]


def _tried(db: Session, member_id: int) -> list[Subscription]:
    return [sub for sub in subscriptions.of_member(db, member_id) if sub.trial_started_at]


def _is_marked(db: Session, sub: Subscription) -> bool:
    change = Fact.data["change"].astext
    last = (
        select(change)
        .where(Fact.kind == "trial_change", Fact.member_id.in_(merges.everyone(sub.member_id)))
        .where(Fact.subscription_id == sub.id, change.in_((FRAUD, UNSET)))
        .order_by(Fact.at.desc(), Fact.id.desc())
        .limit(1)
    )
    return db.scalar(last) == FRAUD


def _marked(
    db: Session,
    member_id: int,
    changed: list[Subscription],
    change: str,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> int:
    about: dict[str, Any] = {"at": now, "now": now, "data": {"change": change}}
    for sub in changed:
        key = f"{sub.stripe_id}:{change}:{now.isoformat()}"
        about |= {"member_id": sub.member_id, "subscription_id": sub.id}
        facts.record(db, "trial_change", key, **about)
    names = [sub.stripe_id for sub in changed]
    marked, free = {"marked": names, "counted": []}, {"marked": [], "counted": names}
    audit.note(
        db,
        now=now,
        actor=actor,
        action="mark.fraud" if change == FRAUD else "mark.fraud_unset",
        reason=reason,
        member_id=member_id,
        before=free if change == FRAUD else marked,
        after=marked if change == FRAUD else free,
    )
    return len(changed)
