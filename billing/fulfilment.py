"""What a subscription that Stripe reports means for us: its checkout is done, its trial is used."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Member
from billing import audit, changes, customers, eligibility, ending
from billing.gateway import Stripe
from billing.models import CheckoutAttempt, Subscription, TrialRedemption

log = logging.getLogger(__name__)

SECOND_TRIAL = changes.SECOND_TRIAL
STRIPES_SECOND = timedelta(seconds=1)  # it tells the second in which something was made


def check(
    db: Session, stripe: Stripe, sub: Subscription, *, attempt_id: str | None, now: datetime
) -> None:
    """Close the checkout behind ``sub``, which named it by ``attempt_id``; keep its trial as used.

    A trial that turns out to be a person's second, by the card that only the checkout showed, is
    ended at once with nothing charged: it is never turned into a charge without new consent.
    """
    if not sub.has_begun:
        return
    _close_checkout(db, sub, attempt_id)
    if sub.trial_started_at is None:
        return
    member = db.get_one(Member, sub.member_id)
    if not _is_redeemed(db, sub):
        _hold_marks(db, sub, member)
        reason = eligibility.refusal(
            db, member, card_fingerprint=sub.card_fingerprint, beside_subscription_id=sub.id
        )
        _redeem(db, sub, member, now)
        if reason is not None and (sub.status == "trialing" or sub.cancel_reason == SECOND_TRIAL):
            _refuse(db, stripe, sub, reason, now=now)


def _hold_marks(db: Session, sub: Subscription, member: Member) -> None:
    """Two accounts with one mailbox or one card are judged one after the other."""
    customers.lock(db, f"mailbox:{member.email_canonical}")
    if sub.card_fingerprint:
        customers.lock(db, f"card:{sub.card_fingerprint}")


def _close_checkout(db: Session, sub: Subscription, attempt_id: str | None) -> None:
    """The one that it names, by whatever clock; where it names none, one that was open before."""
    if attempt_id is not None and attempt_id.isdecimal():
        behind = CheckoutAttempt.id == int(attempt_id)
    else:
        behind = CheckoutAttempt.created_at < sub.created_at + STRIPES_SECOND
    db.execute(
        update(CheckoutAttempt)
        .where(CheckoutAttempt.member_id == sub.member_id, CheckoutAttempt.state == "open", behind)
        .values(state="complete")
    )


def _is_redeemed(db: Session, sub: Subscription) -> bool:
    kept = select(TrialRedemption.id).where(TrialRedemption.subscription_id == sub.id)
    return db.scalar(kept) is not None


def _redeem(db: Session, sub: Subscription, member: Member, now: datetime) -> None:
    db.execute(
        insert(TrialRedemption)
        .values(
            member_id=member.id,
            subscription_id=sub.id,
            email_canonical=member.email_canonical,
            card_fingerprint=sub.card_fingerprint,
            at=sub.trial_started_at or now,
        )
        .on_conflict_do_nothing(index_elements=["subscription_id"])
    )


def _refuse(
    db: Session, stripe: Stripe, sub: Subscription, reason: eligibility.Reason, *, now: datetime
) -> None:
    """End a second trial, or go on where a worker died between Stripe's answer and our note."""
    name = f"refuse:{sub.stripe_id}"
    ending.at_once(db, stripe, sub.stripe_id, name=name, why=SECOND_TRIAL, now=now)
    sub.status, sub.cancel_reason = "canceled", SECOND_TRIAL
    sub.ended_at, sub.canceled_at = sub.ended_at or now, sub.canceled_at or now
    changes.reach(db, sub, f"refused:{reason}", at=now, now=now)
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="trial.refused",
        reason=f"second trial, known by the {reason}",
        member_id=sub.member_id,
        after={"subscription": sub.stripe_id},
    )
    log.info("trial.refused", extra={"member_id": sub.member_id, "reason": reason.value})
