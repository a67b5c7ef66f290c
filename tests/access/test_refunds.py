"""What was paid back whole: one answer for the gate, the desk and the payments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from access import entitlements, explanation
from billing.models import Invoice, Subscription
from tests import factories
from tests.factories import LATER, NOW

DAY = timedelta(days=1)
REFUNDED = "the last payment was refunded in full"


def paid(db: Session, *, credited: int, refunded: int) -> Subscription:
    """A month of £6.99 that credit met in part, and of which something went back."""
    sub = factories.subscription(
        db, factories.member(db), status="active", trial_ends_at=None, period_starts_at=NOW
    )
    sums = {"total_minor": 699, "credited_minor": credited, "refunded_minor": refunded}
    usual = {"status": "paid", "tax_minor": 0, "currency": "gbp", "paid_at": NOW}
    sub.invoices.append(Invoice(stripe_id="in_1", created_at=NOW, **usual, **sums))
    db.flush()
    return sub


@pytest.mark.parametrize(
    ("credited", "refunded", "whole"),
    [
        (0, 699, True),
        (0, 698, False),
        (300, 399, True),
        (300, 398, False),
        (699, 0, False),
    ],
)
def test_a_payment_is_paid_back_once_all_that_the_card_paid_of_it_has_gone_back(
    db: Session, credited: int, refunded: int, whole: bool
) -> None:
    sub = paid(db, credited=credited, refunded=refunded)

    # then the table gives a right to whoever has paid for it
    right = entitlements.right_of([sub])
    assert (right and right.until) == (None if whole else LATER + DAY)

    # and the desk says why there is none
    said = explanation.of(db, sub.member, now=NOW)
    assert (said.why == REFUNDED) == whole
