"""What the timetable finds is found by as many queries for three people as for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import giving
from billing.models import Customer, Invoice
from notices import interlock, owed
from notices.models import Notice
from tests import factories
from tests.factories import NOW
from tests.queries import counted
from workers import reconciling

DAY = timedelta(days=1)


def refused(db: Session) -> str:
    """A charge that was refused four days ago; the key of the e-mail about it."""
    since = NOW - 4 * DAY
    sub = factories.subscription(db, factories.member(db), status="past_due", first_failed_at=since)
    sums = {"total_minor": 699, "tax_minor": 0, "currency": "gbp"}
    usual = {"status": "open", "attempt_count": 1, "created_at": since}
    sub.invoices.append(Invoice(stripe_id=f"in_{sub.id}", **usual, **sums))
    return f"payment_failed:in_{sub.id}:day 3"


def expiring(db: Session) -> str:
    """A card that ends in the month before the next charge; the key of the e-mail about it."""
    card = {"card_expires": "11/26", "card_last4": "4242"}
    ends = {"period_ends_at": NOW + 15 * DAY}
    sub = factories.subscription(db, factories.member(db), status="active", **card, **ends)
    return f"card_expiring:{sub.stripe_id}:4242:11/26"


def unwarned(db: Session) -> str:
    """A trial that ends in five days, and nobody was told; Stripe's id of it."""
    dates = {"created_at": NOW - 25 * DAY, "trial_ends_at": NOW + 5 * DAY}
    return factories.subscription(db, factories.member(db), **dates).stripe_id


def unkept(db: Session) -> str:
    """Somebody with a trial and a gift whose right is not kept; Stripe's id of them."""
    ada = factories.member(db)
    factories.subscription(db, ada)
    giving.give(db, ada.id, "gift", days=7, actor="operator:1", reason="asked", now=NOW)
    db.add(Customer(member_id=ada.id, stripe_id=f"cus_{ada.id}", idempotency_key=f"{ada.id}"))
    return f"cus_{ada.id}"


def failures(db: Session) -> list[str]:
    owed.find_failures(db, now=NOW)
    return []


def cards(db: Session) -> list[str]:
    owed.find_expiring_cards(db, now=NOW)
    return []


def late(db: Session) -> list[str]:
    return [sub.stripe_id for sub in interlock.unwarned(db, now=NOW)]


def rights(_: Session) -> list[str]:
    return list(reconciling._with_other_rights(NOW))


@pytest.mark.parametrize(
    ("make", "find"),
    [(refused, failures), (expiring, cards), (unwarned, late), (unkept, rights)],
)
def test_three_people_are_found_by_as_many_queries_as_one(
    db: Session, make: Callable[[Session], str], find: Callable[[Session], list[str]]
) -> None:
    made: list[str] = []
    asked: list[int] = []
    for more in (1, 2):
        # given one, and then two more
        made += [make(db) for _ in range(more)]
        db.flush()
        db.expire_all()

        # when they are looked for
        with counted(db) as statements:
            found = find(db)
        asked.append(len(statements))

        # then each is found, or is owed one e-mail
        assert sorted(found or db.scalars(select(Notice.key))) == sorted(made)
    assert asked[0] == asked[1]
