"""The movements drawn from the rows kept ready are those that all facts give, to the last name."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from reports import facts, keeping, movements, questions, ready_revenue
from reports.facts import Noted
from reports.movements import Row
from reports.questions import Question
from tests import factories
from tests.queries import counted
from tests.reports import histories
from tests.reports.histories import Cast
from tests.reports.test_ready import NOW, known, lived, question


def paid_for(db: Session, found: Cast, chance: Random) -> None:
    """Two subscriptions each, paid for and ended, often in the same instant, for ticked reasons."""
    for number in range(40):
        member, at = chance.choice(found.members), histories.instant(chance)
        about: dict[str, Any] = {"subscription": f"{member} {chance.choice('AB')}"}
        money = {"gross_minor": chance.choice([0, 699, 699, 9990]), "tax_minor": 0}
        price: dict[str, Any] = {"currency": chance.choice(["gbp", "usd", "eur"])}
        each = {"interval": chance.choice(["month", "month", "year", "quarter", "week"])}
        price |= {**each, "price_minor": chance.choice([None, 0, 500])}
        left = {"cause": chance.choice(["voluntary", "voluntary", "payment", "operator"])}
        left |= {"reason": chance.choice(["", "price", "films"])}
        told = {"payment": {**about, **money, **price}, "ended": {**about, **left}}
        for kind in chance.choice([["payment"], ["payment"], ["ended"], ["payment", "ended"]]):
            fact = Noted(kind=kind, key=f"more {number}", at=at, member_id=member, data=told[kind])
            facts.record_all(db, [fact], now=NOW)


def by_facts(db: Session, asked: Question) -> tuple[Row, ...]:
    plain = known(db, asked)
    return movements.by_period(plain, zone=asked.zone, by=asked.by, within=asked.within)


@pytest.mark.parametrize("seed", range(500, 510))
def test_the_movements_are_those_of_the_facts(db: Session, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)
    paid_for(db, found, chance)

    for _ in range(6):
        asked = question(found, chance)
        rows = questions.of_money(db, asked).rows
        assert rows == by_facts(db, asked)
        assert all(row.balances for row in rows)


def test_renewals_at_the_same_price_have_no_facts_read(db: Session) -> None:
    # given somebody who has paid the same price month after month
    payer = factories.member(db)
    money = {"gross_minor": 699, "tax_minor": 0, "currency": "gbp", "interval": "month"}
    for month in range(6):
        at = NOW - timedelta(days=30 * (6 - month))
        facts.record(db, "payment", str(month), at=at, now=NOW, member_id=payer.id, data=money)
    keeping.catch_up(db)
    last = NOW.date()
    asked = Question(NOW, ZoneInfo("UTC"), first=last - timedelta(days=40), last=last)

    # when the movements of the last weeks are asked for
    with counted(db) as statements:
        rows = ready_revenue.by_period(
            db, as_of=NOW, zone=asked.zone, by=asked.by, within=asked.within
        )

    # then they are those of the facts, of which none was read
    assert rows == by_facts(db, asked)
    assert [row.payers for row in rows] and not any("FROM fact" in each for each in statements)
