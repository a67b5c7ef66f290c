"""The sweep of everything: compare with Stripe, mend what differs, keep a list of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from access import entitlements
from access.entitlements import CATALOGUE
from access.models import Entitlement
from billing import customers, drift, payments, subscriptions, suspects
from billing.drift import Difference, Snapshot
from billing.gateway import Stripe, StripeRefused
from billing.models import Customer
from core.db import transaction
from workers import news

log = logging.getLogger(__name__)

KNOWN = (
    select(Customer.id, Customer.member_id, Customer.stripe_id)
    .where(Customer.stripe_id.is_not(None), Customer.id > bindparam("last"))
    .order_by(Customer.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Found:
    """What differed of one customer, and whether it is mended; nothing where Stripe refused to
    show the customer."""

    stripe_customer_id: str
    differences: tuple[Difference, ...]
    repaired: bool
    refused: bool = False


def sweep(stripe: Stripe, *, now: datetime, dry_run: bool = False) -> list[Found]:
    """Look at every subscription, invoice and payment that Stripe lists, and at every right.

    Whoever looks different is fetched afresh under the lock, which tells drift from news that is
    on its way. With ``dry_run`` nothing is changed but the list. Raises ``StripeUnavailable``.
    """
    differing = suspects.found(stripe) | _with_other_rights(now)
    looked = [_examine(stripe, one, now=now, dry_run=dry_run) for one in sorted(differing)]
    if not dry_run:
        still = {(one.object_id, one.field) for found in looked for one in found.differences}
        unseen = {found.stripe_customer_id for found in looked if found.refused}
        with transaction() as db:
            drift.settle_others(db, still, unseen=unseen, now=now)
    return [found for found in looked if found.differences]


def _with_other_rights(now: datetime) -> set[str]:
    """Customers whose right to watch is not what our own mirror gives."""
    found: set[str] = set()
    last = 0
    while True:
        with transaction() as db:
            some = db.execute(KNOWN, {"last": last, "most": suspects.AT_ONCE}).all()
            members = {one.member_id for one in some}
            other = entitlements.otherwise_derived(db, members, now=now)
        if not some:
            return found
        found |= {str(one.stripe_id) for one in some if one.member_id in other}
        last = some[-1].id


def _examine(stripe: Stripe, customer_id: str, *, now: datetime, dry_run: bool) -> Found:
    """Mirror one customer and see what that changed; undone again for a dry run."""
    found: list[Difference] = []
    try:
        with transaction() as db:
            customers.lock(db, customer_id)
            attempt = db.begin_nested()
            member_id, found = _differences(db, stripe, customer_id, now=now, judge=not dry_run)
            if dry_run:
                attempt.rollback()
            drift.keep(db, member_id, found, repaired=not dry_run, now=now)
    except StripeRefused as refused:
        log.warning("sweep.refused", extra={"error": str(refused)[:200]})
        return Found(customer_id, (), repaired=False, refused=True)
    return Found(customer_id, tuple(found), not dry_run)


def _differences(
    db: Session, stripe: Stripe, customer_id: str, *, now: datetime, judge: bool
) -> tuple[int | None, list[Difference]]:
    owner = customers.find(db, customer_id)
    before = _snapshot(db, owner.member_id) if owner else {}
    member_id = subscriptions.mirror(db, stripe, customer_id, judge=judge, now=now)
    if member_id is None:
        return None, []
    payments.mirror(db, stripe, customer_id, judge=judge, now=now)
    news.tell(db, member_id, now=now)
    found = list(drift.between(before, _snapshot(db, member_id)))
    return member_id, [*found, *drift.unknown_at_stripe(db, member_id, looked_at=now)]


def _snapshot(db: Session, member_id: int) -> Snapshot:
    found = drift.snapshot(db, member_id)
    right = db.scalar(
        select(Entitlement).where(
            Entitlement.member_id == member_id, Entitlement.feature == CATALOGUE
        )
    )
    if right is not None:
        name = f"right of member {member_id}"
        found |= {(name, "until"): drift.text(right.until), (name, "why"): right.why}
    return found
