"""How long somebody may watch while a payment fails: as long as the operator says."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from access import entitlements
from access.status_table import Right
from billing.models import Invoice
from core import settings
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)


def right(db: Session, *, paid_before: bool) -> Right | None:
    """What somebody has whose charge is refused now, the first of all or a renewal."""
    sub = factories.subscription(db, factories.member(db), status="past_due", first_failed_at=NOW)
    if paid_before:
        sums = {"total_minor": 699, "tax_minor": 0, "currency": "gbp"}
        sub.invoices.append(Invoice(stripe_id="in_1", status="paid", created_at=NOW, **sums))
    db.flush()
    return entitlements.right_of([sub])


def test_a_first_charge_that_fails_is_forgiven_for_the_days_of_its_setting(db: Session) -> None:
    settings.use(settings.current().model_copy(update={"grace_days_first_charge": 5}))

    assert right(db, paid_before=False) == Right(NOW + 5 * DAY, "past_due")


def test_a_renewal_that_fails_is_forgiven_for_the_days_of_its_setting(db: Session) -> None:
    settings.use(settings.current().model_copy(update={"grace_days_renewal": 9}))

    assert right(db, paid_before=True) == Right(NOW + 9 * DAY, "past_due")
