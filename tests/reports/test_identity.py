"""The nightly proof of revenue, against the table of facts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

from billing import alarms
from core import settings
from reports import exchange_rates, facts, identity, keeping
from reports.ready_models import Paying
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


def test_the_night_also_proves_the_line_of_all_currencies(db: Session) -> None:
    # given payers in two currencies, a rate that changed, and an alarm about the line of both
    settings.use(settings.current().model_copy(update={"report_currency": "gbp"}))
    for currency in ("gbp", "usd"):
        money = {"gross_minor": 699, "tax_minor": 0, "currency": currency, "interval": "month"}
        at, payer = NOW - timedelta(days=9), factories.member(db)
        facts.record(db, "payment", currency, at=at, now=NOW, member_id=payer.id, data=money)
    for days, rate in ((8, "0.8"), (4, "0.7")):
        exchange_rates.put(db, (NOW - timedelta(days=days)).date(), "usd", Decimal(rate))
    alarms.call(db, identity.KIND, identity.COMBINED, "A day did not add up.", now=NOW)

    # when the night proves every day, then the alarm is settled
    assert identity.check(db, now=NOW) == []
    assert alarms.waiting(db) == []


def test_the_night_calls_somebody_to_a_row_that_fell_out_of_step_with_the_facts(
    db: Session,
) -> None:
    # given a payer whose row says another price than the facts do
    payer = factories.member(db)
    money = {"gross_minor": 699, "tax_minor": 0, "currency": "gbp", "interval": "month"}
    at = NOW - timedelta(days=2)
    facts.record(db, "payment", "only", at=at, now=NOW, member_id=payer.id, data=money)
    keeping.catch_up(db)
    db.execute(update(Paying).values(minor=1))

    # when the night compares both, then the day of the payment is wrong, and somebody is called
    assert [row.label for row in identity.check(db, now=NOW)] == [f"{at.date()}"]
    assert [alarm.object_id for alarm in alarms.waiting(db)] == ["gbp"]

    # when the rows are made anew, then the alarm is settled
    keeping.rebuild(db, now=NOW)
    assert identity.check(db, now=NOW) == []
    assert alarms.waiting(db) == []
