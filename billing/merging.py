"""Two accounts of one person: whether they may become one, and what money knows of both moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import Member
from billing import checkouts, customers, subscriptions
from billing.case_models import Given, Termination, Withdrawal
from billing.gateway import Stripe
from billing.models import (
    CheckoutAttempt,
    Consent,
    Customer,
    Milestone,
    Subscription,
    TrialRedemption,
)
from billing.upkeep_models import Alarm, Drift
from core.errors import DomainError

MOVED = (
    Subscription,
    TrialRedemption,
    Consent,
    CheckoutAttempt,
    Milestone,
    Given,
    Withdrawal,
    Termination,
    Alarm,
    Drift,
)


class NotOnePerson(DomainError):
    """The two accounts cannot become one as they stand; the sentence says what to do first."""

    status = 409

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.name, self.sentence = "other", sentence


SAME = "This is the same account. Choose the other one."
GONE = "One of the two has become part of another account already. Open that one."
DELETED = "The owner of one of the two has deleted it. What is left of it stays by itself."
STAFF = "Accounts of staff are not merged. Take the roles away first, or leave them two."
MARKED = "One of the two is a test account and the other is not. Mark both alike first."
BOTH_LIVE = (
    "Both accounts have a live subscription. Cancel one of them at once, and refund what it "
    "charged if that is fair; then merge."
)
SECOND_TRIAL = (
    "One account is in its trial and the other has had one, so the person would gain a second "
    "trial. Cancel the running one at once, or wait until it is paid; then merge."
)


def check(db: Session, gone: Member, survivor: Member) -> None:
    """Whether ``gone`` may become ``survivor``. Raises ``NotOnePerson``."""
    both = (gone, survivor)
    theirs = [subscriptions.of_member(db, one.id) for one in both]
    live = [any(sub.is_live for sub in subs) for subs in theirs]
    running = [any(sub.status == "trialing" for sub in subs) for subs in theirs]
    had = [bool(tried(db, one.id)) for one in both]
    second = any(running[one] and had[1 - one] for one in (0, 1))
    refusals = (
        (gone.id == survivor.id, SAME),
        (any(one.merged_into_id is not None for one in both), GONE),
        (any(one.is_deleted for one in both), DELETED),
        (any(one.is_operator for one in both), STAFF),
        (gone.is_test != survivor.is_test, MARKED),
        (all(live), BOTH_LIVE),
        (second, SECOND_TRIAL),
    )
    for holds, sentence in refusals:
        if holds:
            raise NotOnePerson(sentence)


def tried(db: Session, member_id: int) -> list[TrialRedemption]:
    """The trials that an account has used."""
    used = select(TrialRedemption).where(TrialRedemption.member_id == member_id)
    return list(db.scalars(used.order_by(TrialRedemption.at)))


def hand_over(
    db: Session, stripe: Stripe, gone: Member, survivor: Member, *, now: datetime
) -> None:
    """Move what money knows of ``gone``: subscriptions, trials, consents, cases, customers.

    The audit and the facts stay with whom they happened to, for they are only ever added to. An
    open payment page of ``gone`` is closed, so that nobody pays on it for an account that is no
    more. Raises ``StripeUnavailable``.
    """
    checkouts.close_open(db, stripe, gone.id, reason="the account became part of another", now=now)
    _choose_customer(db, gone, survivor)
    for table in MOVED:
        db.execute(update(table).where(table.member_id == gone.id).values(member_id=survivor.id))
    db.flush()
    db.expire_all()


def _choose_customer(db: Session, gone: Member, survivor: Member) -> None:
    """Of two customers the one with the live subscription pays on; without one, the survivor's."""
    kept, other = (customers.find_by_member(db, one.id) for one in (survivor, gone))
    if other is not None and kept is not None:
        pays = any(sub.is_live for sub in subscriptions.of_member(db, gone.id))
        takes_over = pays or (kept.stripe_id is None and other.stripe_id is not None)
        (kept if takes_over else other).is_former = True
        db.flush()  # one customer a member pays: the other steps back before it moves
    moved = update(Customer).where(Customer.member_id == gone.id)
    db.execute(moved.values(member_id=survivor.id))
