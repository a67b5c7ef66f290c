"""One trial a person: the marks by which a second one is recognised, and the reason given."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from accounts import erasures, merges
from accounts.models import Member
from billing.models import TrialRedemption
from core import settings


class Reason(enum.StrEnum):
    """Why somebody cannot have a trial."""

    ACCOUNT = "account"
    EMAIL = "email"
    CARD = "card"


def rule() -> str:
    """Who may have a trial, as it is told before anybody gives a card."""
    by_card = settings.current().trials_per_card
    some = "one" if by_card == 1 else f"{by_card} trials"
    return f"Each person may have one trial, and each card may begin {some}."


def had_trial(db: Session, member: Member | None) -> bool:
    """Whether ``member`` has had a trial, as far as can be known before a card is given."""
    if member is None:
        return False
    return db.scalar(_HAD, {"member_id": member.id, "mailboxes": _known_as(member)}) is not None


def refusal(
    db: Session,
    member: Member,
    *,
    card_fingerprint: str | None = None,
    beside_subscription_id: int | None = None,
) -> Reason | None:
    """Why ``member`` may not have a trial, or ``None``.

    The same account, the same mailbox (without tag and dots) even of an account that has become
    part of another, or a card that has brought as many
    trials as the operator lets a household have. The trial that belongs to
    ``beside_subscription_id`` is the one being judged and does not count against itself.
    """
    had = select(TrialRedemption.id).where(
        TrialRedemption.subscription_id.is_distinct_from(beside_subscription_id)
    )
    by_card = had.where(TrialRedemption.card_fingerprint == card_fingerprint)
    if _any(db, had.where(TrialRedemption.member_id == member.id)):
        return Reason.ACCOUNT
    mailboxes = _known_as(member)
    if _any(db, had.where(TrialRedemption.email_canonical.in_(mailboxes))):
        return Reason.EMAIL
    if _any(db, had.where(TrialRedemption.member_id.in_(_became(mailboxes)))):
        return Reason.EMAIL
    most = settings.current().trials_per_card
    if card_fingerprint and len(db.scalars(by_card.limit(most)).all()) >= most:
        return Reason.CARD
    return None


def _known_as(member: Member) -> list[str]:
    """The mailbox as a trial keeps it, and as it does after its account was deleted."""
    return [member.email_canonical, erasures.mark(member.email_canonical)]


def _became(mailboxes: list[str] | BindParameter[Any]) -> Select[int]:
    """The accounts of which an earlier account with this mailbox is a part now."""
    former = select(Member).where(
        Member.email_canonical.in_(mailboxes), Member.merged_into_id.is_not(None)
    )
    return merges.survivors(former)


_MAILBOXES: BindParameter[Any] = bindparam("mailboxes", expanding=True)
_HAD = (  # asked by every page for a member: all their marks at once
    select(TrialRedemption.id)
    .where(
        TrialRedemption.subscription_id.is_not(None),
        or_(
            TrialRedemption.member_id == bindparam("member_id"),
            TrialRedemption.email_canonical.in_(_MAILBOXES),
            TrialRedemption.member_id.in_(_became(_MAILBOXES)),
        ),
    )
    .limit(1)
)


def _any(db: Session, query: Select[int]) -> bool:
    return db.scalar(query.limit(1)) is not None
