"""The movements drawn from the rows kept ready are those that all facts give, to the last name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import facts, keeping, lifetime, movements, questions, ready_revenue
from reports.facts import Noted
from reports.models import Fact
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


def given_back(db: Session, chance: Random) -> None:
    """Refunds and disputes of some payments, at any instant after."""
    for paid in db.scalars(select(Fact).where(Fact.kind == "payment")).all():
        about: dict[str, Any] = {"member_id": paid.member_id, "visitor_id": paid.visitor_id}
        told = {"payment": paid.key} | {k: v for k, v in paid.data.items() if k == "person"}
        at = paid.at + timedelta(days=chance.randrange(40))
        back = {**told, "refunded_minor": chance.choice([1, paid.data["gross_minor"]])}
        lost = {**told, "status": chance.choice(["open", "won", "lost"])}
        kind, data = chance.choice([("refund", back), ("dispute", lost), ("", {})])
        if kind:
            fact = Noted(kind=kind, key=f"back {paid.key}", at=at, data=data, **about)
            facts.record_all(db, [fact], now=NOW)


@pytest.mark.parametrize("seed", range(520, 528))
def test_what_trials_brought_and_who_went_on_paying_are_those_of_the_facts(
    db: Session, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311  # the same story each time
    found = lived(db, chance)
    paid_for(db, found, chance)
    given_back(db, chance)

    for _ in range(6):
        asked = replace(question(found, chance), horizon=timedelta(days=chance.choice([5, 44, 70])))
        money, plain = questions.of_money(db, asked), known(db, asked)
        realised = lifetime.realised(plain, horizon=asked.horizon)
        assert (list(money.realised.trials), money.realised.minor) == (
            list(realised.trials),
            realised.minor,
        )
        assert [(list(month.due), list(month.paying)) for month in money.retention] == [
            (list(month.due), list(month.paying)) for month in lifetime.retention(plain)
        ]


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
