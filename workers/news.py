"""The news of one customer, carried from Stripe to every room that needs it, in one transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from access import entitlements
from billing import customers, events, payments, subscriptions, terminations, withdrawals
from billing.case_models import Termination, Withdrawal
from billing.gateway import Stripe
from billing.models import Subscription
from notices import interlock, owed
from reports import subscription_facts


def apply(db: Session, stripe: Stripe, event_id: int, *, now: datetime) -> None:
    """Apply one stored event, and tell the rooms to the right of billing."""
    member_id = events.apply(db, stripe, event_id, now=now)
    if member_id is not None:
        tell(db, member_id, now=now)


def fetch(db: Session, stripe: Stripe, stripe_customer_id: str, *, now: datetime) -> None:
    """Mirror a customer without an event: on the return from checkout, when due, when swept."""
    member_id = subscriptions.mirror(db, stripe, stripe_customer_id, now=now)
    if member_id is not None:
        tell(db, member_id, now=now)


def look(db: Session, stripe: Stripe, member_id: int, *, now: datetime) -> None:
    """See at once what became of a change that was just asked of Stripe, payments included."""
    known = [one.stripe_id for one in customers.of_member(db, member_id) if one.stripe_id]
    for stripe_id in known:
        subscriptions.mirror(db, stripe, stripe_id, now=now)
        payments.mirror(db, stripe, stripe_id, now=now)
    if known:
        tell(db, member_id, now=now)


def move_unwarned(db: Session, stripe: Stripe, subscription_id: int, *, now: datetime) -> None:
    """End a trial later whose reminder did not come in time, unless somebody has seen to it."""
    customers.lock_member(db, db.get_one(Subscription, subscription_id).member_id)
    late = [sub for sub in interlock.unwarned(db, now=now) if sub.id == subscription_id]
    for sub in late:
        interlock.move(db, stripe, sub, now=now)
        customer = customers.find_by_member(db, sub.member_id)
        if customer is not None and customer.stripe_id is not None:
            fetch(db, stripe, customer.stripe_id, now=now)


def carry_out_withdrawal(db: Session, stripe: Stripe, withdrawal_id: int, *, now: datetime) -> None:
    """Go on with a withdrawal of which Stripe did not hear when its member was proved."""
    row = db.get_one(Withdrawal, withdrawal_id)
    with suppress(withdrawals.TooLate, withdrawals.NothingToCancel):  # the row says so itself
        withdrawals.carry_out(db, stripe, row, actor=f"member:{row.member_id}", now=now)
    customer = customers.find_by_member(db, row.member_id or 0)
    if customer is not None and customer.stripe_id is not None:
        fetch(db, stripe, customer.stripe_id, now=now)


def carry_out_termination(
    db: Session, stripe: Stripe, termination_id: int, *, now: datetime
) -> None:
    """Go on with a cancellation by the form of which Stripe did not hear, or whose day was far."""
    row = db.get_one(Termination, termination_id)
    if not terminations.carry_out(db, stripe, row, now=now):
        return
    customer = customers.find_by_member(db, row.member_id or 0)
    if customer is not None and customer.stripe_id is not None:
        fetch(db, stripe, customer.stripe_id, now=now)


def tell(db: Session, member_id: int, *, now: datetime) -> None:
    """From the mirror as it stands: the right to watch, the e-mails owed, the facts. Repeatable."""
    entitlements.refresh(db, member_id, now=now)
    owed.note(db, member_id, now=now)
    subscription_facts.note(db, member_id, now=now)
