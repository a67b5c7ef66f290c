"""A deleted account, from the press to the last row: each room forgets its part.

The account is closed in the request that asks. Stripe is told by a worker, as often as it takes;
then one transaction takes the person out of every table. ``tests/workers/test_erasing.py`` looks
into all tables for what is left.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from access import entitlements
from access import erasing as watching
from accounts import erasures, merges
from accounts.models import Erasure, Member
from billing import audit, customers
from billing import erasing as paying
from billing.gateway import Stripe
from catalog import reviews
from notices import ledger, owed
from reports import subscription_facts

FAREWELL = "erased"
UNTOLD_AT_MOST = timedelta(days=1)
NEWS_COMES_WITHIN = timedelta(days=40)  # Stripe delivers for three days; operators replay longer


def ask(db: Session, member: Member, *, now: datetime) -> None:
    """Close the account, stop its players, take its reviews from the pages, owe its address one
    last e-mail; a second time changes nothing. Raises ``StaffStays``."""
    if not erasures.ask(db, member, now=now):
        return
    members = list(db.scalars(merges.everyone(member.id)))
    watching.forget(db, members)
    for one in members:  # the score of a film, too, is without them at once
        reviews.forget(db, db.get_one(Member, one))
    owed.owe(
        db,
        FAREWELL,
        f"{FAREWELL}:{member.id}",
        member_id=None,
        address=member.email,
        subscription_id=None,
        object_id=str(member.id),
        now=now,
    )
    audit.note(
        db,
        now=now,
        actor=f"member:{member.id}",
        action="account.closed",
        reason="its owner deletes it",
        member_id=member.id,
    )


def due(db: Session, *, now: datetime) -> list[int]:
    """The erasures to go on with: those that are not done, and those whose person has become known
    at Stripe since."""
    erasures.reopen(db, customers.known_again(db, since=now - NEWS_COMES_WITHIN))
    return erasures.due(db)


def end_at_stripe(db: Session, stripe: Stripe, erasure_id: int, *, now: datetime) -> None:
    """Have Stripe forget the person, and with that end what would cost them: the right to watch
    ends with it, and reports know since when. Repeatable. Raises ``StripeUnavailable``."""
    found = db.get_one(Erasure, erasure_id, with_for_update=True)
    members = list(db.scalars(merges.everyone(found.member_id)))
    for member_id in members:
        known = paying.leave(db, stripe, member_id, now=now)
        found.customers = sorted({*found.customers, *known})
        if known:  # Stripe's news of the end find no customer any more
            entitlements.refresh(db, member_id, now=now)
            subscription_facts.note(db, member_id, now=now)
    found.customers = sorted({*found.customers, *paying.forgotten(db, members)})


def forget(db: Session, erasure_id: int, *, now: datetime) -> bool:
    """Take the person out of every table, once Stripe knows them no more and the last e-mail has
    gone, or a day later. Answers whether it is done."""
    found = db.get_one(Erasure, erasure_id, with_for_update=True)
    members = list(db.scalars(merges.everyone(found.member_id)))
    waits = ledger.is_owed(db, f"{FAREWELL}:{found.member_id}")
    is_known = any(customers.of_member(db, one) for one in members)
    if found.done_at is not None or is_known or (waits and now - found.asked_at < UNTOLD_AT_MOST):
        return found.done_at is not None
    known, theirs = erasures.addresses(db, members), merges.theirs_alone(db, members)
    watching.forget(db, members)
    for member_id in members:
        reviews.forget(db, db.get_one(Member, member_id))
    ledger.forget(db, members, theirs, erasures.changes(db, members))
    paying.forget(db, members, known, theirs)
    erasures.forget(db, members, theirs)
    found.done_at = now
    audit.note(
        db,
        now=now,
        actor="matinee",
        action="account.erased",
        reason="nothing is owed any more",
        member_id=found.member_id,
    )
    return True


def forget_late_news(db: Session, *, now: datetime) -> None:
    """Empty what Stripe has delivered about people who were erased."""
    lately = erasures.asked_since(db, now - NEWS_COMES_WITHIN)
    paying.forget_bodies(db, [one for found in lately for one in found.customers])
