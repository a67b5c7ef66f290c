"""Two accounts of one person made one: what will happen, and each room handing over its part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access import merging as watching
from accounts import merges, sessions
from accounts.models import Member, Visitor
from billing import audit, customers, merging, subscriptions
from billing.gateway import Stripe
from billing.models import Consent
from catalog import review_merging
from notices import ledger
from workers import news


@dataclass(frozen=True)
class Held:
    """What an account has, in numbers and in Stripe's names; as the audit keeps it."""

    subscriptions: list[str]
    live: list[str]
    trials: int
    reviews: int
    devices: int
    consents: int
    visitors: int
    customers: list[str]


def held(db: Session, member_id: int) -> Held:
    """What an account has now."""
    subs = subscriptions.of_member(db, member_id)
    return Held(
        subscriptions=[sub.stripe_id for sub in subs],
        live=[sub.stripe_id for sub in subs if sub.is_live],
        trials=len(merging.tried(db, member_id)),
        reviews=len(review_merging.of_member(db, member_id)),
        devices=len(sessions.of_member(db, member_id)),
        consents=_count(db, Consent, member_id),
        visitors=_count(db, Visitor, member_id),
        customers=[str(one.stripe_id) for one in customers.of_member(db, member_id)],
    )


def _count(db: Session, table: type[Consent | Visitor], member_id: int) -> int:
    theirs = select(func.count()).select_from(table).where(table.member_id == member_id)
    return db.scalar(theirs) or 0


def shared_films(db: Session, gone_id: int, survivor_id: int) -> int:
    """How many films both accounts have reviewed."""
    films = [
        {review.title_id for review in review_merging.of_member(db, one)}
        for one in (gone_id, survivor_id)
    ]
    return len(films[0] & films[1])


def merge(
    db: Session,
    stripe: Stripe,
    gone: Member,
    survivor: Member,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    """Make ``gone`` a part of ``survivor``, for good.

    Stripe is asked first what is true of both, so that everything until now is noted for whom it
    happened to: reports for an earlier instant keep their bytes. What comes later, of either
    customer, is the survivor's. Raises ``NotOnePerson`` and ``StripeUnavailable``.
    """
    for one in sorted((gone, survivor), key=lambda member: member.id):
        customers.lock_member(db, one.id)
    for one in (gone, survivor):
        db.refresh(one)  # it may have been merged or deleted while we waited
    merging.check(db, gone, survivor)
    for one in (gone, survivor):
        news.look(db, stripe, one.id, now=now)
    merging.check(db, gone, survivor)
    before = {one.id: vars(held(db, one.id)) for one in (gone, survivor)}
    merging.hand_over(db, stripe, gone, survivor, now=now)
    review_merging.hand_over(db, gone.id, survivor.id)
    watching.hand_over(db, gone.id, survivor.id, now=now)
    ledger.hand_over(db, gone.id, survivor.id)
    merges.close(db, gone, survivor, now=now)
    db.expire_all()
    for one in (gone, survivor):
        news.tell(db, one.id, now=now)
        _note(db, one, gone, survivor, before[one.id], actor=actor, reason=reason, now=now)


def _note(
    db: Session,
    one: Member,
    gone: Member,
    survivor: Member,
    before: dict[str, object],
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    other = {"into": survivor.id} if one is gone else {"merged": gone.id}
    audit.note(
        db,
        now=now,
        actor=actor,
        action="member.merged",
        reason=reason,
        member_id=one.id,
        before=before,
        after={**vars(held(db, one.id)), **other},
    )
