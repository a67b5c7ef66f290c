"""Members as Stripe knows them: made once, found again, replaced when deleted at Stripe."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Erasure, Member
from billing import audit, writes
from billing.gateway import Stripe, StripeRefused
from billing.models import Customer

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
FORGOTTEN = "customer.forgotten"


def lock_member(db: Session, member_id: int) -> bool:
    """Hold the member until the transaction ends, so that no two checkouts begin at once. Answers
    whether the account is open still."""
    held = select(Member.active).where(Member.id == member_id)
    is_open = db.scalar(held.with_for_update(key_share=True))  # rows that point to it may be added
    return bool(is_open)


def lock(db: Session, name: str) -> None:
    """Hold a Stripe customer, or whatever else ``name`` stands for, until the transaction ends."""
    db.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def try_lock(db: Session, name: str) -> bool:
    """As ``lock``, without waiting: ``False`` where somebody else holds it."""
    tried = text("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(db.scalar(tried, {"name": name}))


def reserve(db: Session, member: Member) -> Customer:
    """The row of a member's customer, with the key under which Stripe will be asked for it."""
    db.execute(
        insert(Customer)
        .values(member_id=member.id, idempotency_key=_key(member, 0))
        .on_conflict_do_nothing(index_elements=["member_id"], index_where=~Customer.is_former)
    )
    return db.scalars(
        select(Customer)
        .where(Customer.member_id == member.id, ~Customer.is_former)
        .execution_options(populate_existing=True)
    ).one()


def stripe_id_of(db: Session, stripe: Stripe, row: Customer, *, now: datetime) -> str:
    """The Stripe id of a reserved customer, made at Stripe when there is none.

    The key was kept before, so a lost answer or a second browser makes no second customer.
    """
    if row.stripe_id is None:
        row.stripe_id = writes.once(db, _making(stripe, row), now=now, creates=True)
        db.flush()  # the id must be kept before anything is built on it
    return row.stripe_id


def _making(stripe: Stripe, row: Customer) -> writes.Write[str]:
    email, member_id, name = row.member.email, row.member_id, row.idempotency_key

    def _make(key: str) -> str:
        return stripe.make_customer(email, member_id, reservation=name, key=key)

    def _find(since: datetime) -> str | None:
        return stripe.find_reserved("customers", name, since=since)

    return writes.Write(name, _make, _find)


def find(db: Session, stripe_id: str) -> Customer | None:
    """Our row for a Stripe customer, or ``None`` where it is not one of ours."""
    return db.scalar(select(Customer).where(Customer.stripe_id == stripe_id))


def adopt(db: Session, stripe: Stripe, stripe_id: str) -> Customer | None:
    """Join a customer that we asked Stripe for and never heard of to the row that waits for it.

    The answer was lost, or has not been committed yet. Stripe keeps the reservation's key in the
    customer's metadata, so another application on the same account is never taken for ours.
    """
    waiting = select(Customer.id).where(Customer.stripe_id.is_(None)).limit(1)
    if db.scalar(waiting) is None:
        return None
    try:
        told = stripe.customer(stripe_id)
    except StripeRefused:
        return None
    row = db.scalar(
        select(Customer).where(
            Customer.idempotency_key == told.metadata.get("reservation", ""),
            Customer.stripe_id.is_(None),
        )
    )
    if row is not None:
        row.stripe_id = stripe_id
        db.flush()  # what is mirrored next belongs to it
    return row


def find_by_member(db: Session, member_id: int) -> Customer | None:
    """The customer by which a member pays, or ``None`` where they never came to a checkout."""
    theirs = select(Customer).where(Customer.member_id == member_id, ~Customer.is_former)
    return db.scalar(theirs)


def of_member(db: Session, member_id: int) -> list[Customer]:
    """Every customer that Stripe knows a member by, the one that pays first."""
    theirs = select(Customer).where(
        Customer.member_id == member_id, Customer.stripe_id.is_not(None)
    )
    return list(db.scalars(theirs.order_by(Customer.is_former, Customer.id)))


def known_again(db: Session, *, since: datetime) -> list[int]:
    """The accounts deleted after an instant as which Stripe knows somebody all the same: their
    checkout was on its way meanwhile, or Stripe's answer was lost and its news came later."""
    whose = select(Erasure.member_id).join(Customer, Customer.member_id == Erasure.member_id)
    late = (Customer.stripe_id.is_not(None), Erasure.asked_at > since, Erasure.done_at.is_not(None))
    return list(db.scalars(whose.where(*late).distinct()))


def owe_address(db: Session, member_id: int, *, now: datetime) -> None:
    """Stripe is to be told the member's address as it is now, as soon as it answers."""
    theirs = (Customer.member_id == member_id, Customer.stripe_id.is_not(None))
    db.execute(update(Customer).where(*theirs).values(address_due_at=now))


def addresses_due(db: Session) -> list[int]:
    """The customers whose new address Stripe does not know yet, some at a time."""
    waiting = select(Customer.id).where(
        Customer.address_due_at.is_not(None), Customer.stripe_id.is_not(None)
    )
    return list(db.scalars(waiting.order_by(Customer.address_due_at).limit(MOST_AT_ONCE)))


def tell_address(db: Session, stripe: Stripe, customer_id: int, *, now: datetime) -> None:
    """Tell Stripe where a customer is written to now. Repeatable; of two at once one waits, and
    reads the address anew. A customer that Stripe has deleted has none. Raises
    ``StripeUnavailable``."""
    lock(db, f"address:{customer_id}")
    row = db.get_one(Customer, customer_id, populate_existing=True)
    due_at, email = row.address_due_at, row.member.email
    if due_at is None or row.stripe_id is None:
        return
    try:
        # another key each time: a failure that Stripe keeps for a day holds nothing up
        stripe.set_address(row.stripe_id, email, key=f"address:{row.id}:{uuid.uuid4()}")
        action = "customer.address_told"
    except StripeRefused as refused:
        log.warning("customer.address_refused", extra={"error": str(refused)[:200]})
        action = "customer.address_refused"
    told = (Customer.id == customer_id, Customer.address_due_at == due_at)
    db.execute(update(Customer).where(*told).values(address_due_at=None))
    audit.note(
        db,
        now=now,
        actor="matinee",
        action=action,
        reason="the member has another e-mail address",
        member_id=row.member_id,
        before={"due_since": due_at.isoformat()},
        after={"due_since": None},
    )


def forget(db: Session, row: Customer, *, now: datetime) -> None:
    """Stripe has deleted the customer: the next checkout makes a new one under a new key."""
    audit.note(
        db,
        now=now,
        actor="stripe",
        action=FORGOTTEN,
        reason="the customer was deleted at Stripe",
        member_id=row.member_id,
        before={"customer": row.stripe_id},
    )
    row.stripe_id, row.deleted_at, row.address_due_at = None, now, None
    row.idempotency_key = _key(row.member, int(now.timestamp()))
    db.flush()  # a checkout in the same transaction reads it


def _key(member: Member, generation: int) -> str:
    return f"customer:{member.id}:{member.created_at.timestamp():.0f}:{generation}"
