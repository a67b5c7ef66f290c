"""The nightly proof of revenue, against the table of facts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from billing import alarms
from reports import facts, identity
from tests import factories
from tests.factories import NOW


def test_an_alarm_about_revenue_is_settled_by_the_night_in_which_all_days_add_up(
    db: Session,
) -> None:
    payer = factories.member(db)
    for month in range(2):
        at = NOW - timedelta(days=31 * (2 - month))
        money = {"gross_minor": 699, "tax_minor": 0, "currency": "gbp", "interval": "month"}
        facts.record(db, "payment", str(month), at=at, now=NOW, member_id=payer.id, data=money)
    alarms.call(db, identity.KIND, "gbp", "A day did not add up.", now=NOW)

    assert identity.check(db, now=NOW) == []
    assert alarms.waiting(db) == []
