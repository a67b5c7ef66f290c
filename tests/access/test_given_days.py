"""Days that a person gives: they wait for time nobody has, open the gate, and leave a trace."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from sqlalchemy import select

from access import entitlements, explanation
from access.gate import Answer
from access.models import Entitlement
from billing import customers, giving, pauses
from billing.models import Audit, Customer, Subscription
from core.db import transaction
from tests import factories
from tests.factories import NOW
from tests.web.reading import text_of
from workers import upkeep

DAY = timedelta(days=1)


def give(world, member, kind, **length):
    giving.give(
        world.db,
        member.id,
        kind,
        actor="operator:1",
        reason="a bad evening",
        now=world.now,
        **length,
    )
    entitlements.refresh(world.db, member.id, now=world.now, reason="given")
    world.db.commit()


def until(world, member):
    right = entitlements.refresh(world.db, member.id, now=world.now)
    return right.until if right else None


def test_a_gift_to_somebody_without_a_subscription_begins_now(world):
    ada = world.member(email="ada@example.org")

    give(world, ada, "gift", days=7)

    assert world.gate(ada) is Answer.OPEN
    assert until(world, ada) == world.now + 7 * DAY
    world.leap(days=8)
    assert world.gate(ada) is not Answer.OPEN


def test_a_gift_in_a_trial_is_whole_when_the_trial_has_ended(world):
    ada = world.member(email="ada@example.org")
    sub = world.start_trial(ada)
    without = until(world, ada)

    give(world, ada, "gift", days=7)

    assert until(world, ada) == without + 7 * DAY
    assert without >= sub.trial_ends_at


def test_a_free_span_opens_the_films_in_a_pause_and_a_gift_waits_until_it_is_over(world):
    # given a pause whose paid days are over
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    world.pass_the_first_charge()
    pauses.start(world.db, world.stripe, ada.id, months=2, actor="member", now=world.now)
    world.db.commit()
    world.advance(days=40, step=10 * DAY)
    assert world.gate(ada) is Answer.SEE_ACCOUNT

    # when days that wait and a span from now are given
    give(world, ada, "gift", days=7)
    waiting = world.gate(ada)
    give(world, ada, "complimentary", ends_at=world.now + 3 * DAY)

    # then the span plays the films, and the page of the person says why
    assert (waiting, world.gate(ada)) == (Answer.SEE_ACCOUNT, Answer.OPEN)
    assert explanation.of(world.db, ada, now=world.now).why == "a free span was given by us"
    said = text_of(world.signed_in(ada).get("/account").text)
    assert "Paused. You can watch until 4 February 2027 all the same, free of charge." in said
    world.leap(days=4)
    assert world.gate(ada) is Answer.SEE_ACCOUNT


def test_what_is_given_is_audited_with_who_and_why(world):
    ada = world.member(email="ada@example.org")

    give(world, ada, "complimentary", ends_at=world.now + DAY)

    rows = world.db.scalars(select(Audit).where(Audit.member_id == ada.id).order_by(Audit.id)).all()
    assert [(row.actor, row.action, row.reason) for row in rows] == [
        ("operator:1", "access.given", "a bad evening"),
        ("matinee", "access.changed", "given"),
    ]
    assert rows[1].after["why"] == "complimentary"


def test_days_that_wait_for_the_end_of_a_pause_open_by_the_calendar(world):
    # given somebody who pauses a paid subscription and was given a week
    ada = world.member()
    world.start_trial(ada)
    world.pass_the_first_charge()
    pauses.start(world.db, world.stripe, ada.id, months=1, actor="member", now=world.now)
    world.db.commit()
    world.deliver()
    give(world, ada, "gift", days=7)
    paused = world.subscription(ada)
    assert entitlements.due(world.db, now=world.now) == [ada.id]

    # when the pause is over, and Stripe has said nothing
    world.leap(seconds=(paused.pause_resumes_at - world.now).total_seconds() + 60)
    upkeep.refresh_given()

    # then the gate is open
    assert world.gate(ada) is Answer.OPEN


def test_days_that_are_over_are_looked_at_once_more_and_then_never(world):
    # given two who were given a day each, one of them beside a subscription that is paid
    ada, bob = world.member(), world.member()
    world.start_trial(bob)
    for each in (ada, bob):
        give(world, each, "complimentary", ends_at=world.now + DAY)
    assert entitlements.due(world.db, now=world.now) == []

    # when the day is over
    world.leap(days=1)
    assert entitlements.due(world.db, now=world.now) == [ada.id]
    upkeep.refresh_given()

    # then it is kept as ended, and nobody is looked at any more
    assert [row.why for row in world.rows(Entitlement, member_id=ada.id)] == ["ended"]
    assert entitlements.due(world.db, now=world.now) == []


@pytest.mark.usefixtures("fresh_database")
def test_no_older_right_is_written_over_news_that_came_meanwhile(monkeypatch):
    # given somebody who was given a day long ago, and whose paid time has run out by what is kept
    with transaction() as db:
        ada = factories.member(db)
        ends = {"trial_ends_at": None, "period_ends_at": NOW - 2 * DAY}
        sub = factories.subscription(db, ada, status="active", created_at=NOW - 40 * DAY, **ends)
        db.add(Customer(member_id=ada.id, stripe_id="cus_1", idempotency_key="customer"))
        said = {"actor": "operator:1", "reason": "a bad evening", "now": NOW - 90 * DAY}
        giving.give(db, ada.id, "gift", days=1, **said)
        entitlements.refresh(db, ada.id, now=NOW - 3 * DAY)
        sub.period_ends_at = NOW + 28 * DAY
        member_id, sub_id = ada.id, sub.id

    # when Stripe says that it is over, while the right of the given day is derived
    def hear():
        with transaction() as db:
            customers.lock(db, "cus_1")
            one = db.get_one(Subscription, sub_id)
            one.status, one.ended_at = "canceled", NOW
            db.flush()
            entitlements.refresh(db, member_id, now=NOW)

    news, usual = Thread(target=hear), entitlements.right_of

    def derived(subscriptions):
        right = usual(subscriptions)
        if not news.ident:
            news.start()
            news.join(timeout=1)
        return right

    monkeypatch.setattr(entitlements, "right_of", derived)
    with time_machine.travel(NOW, tick=False):
        upkeep.refresh_given()
    news.join()

    # then it is over
    with transaction() as db:
        assert db.scalars(select(Entitlement.why)).all() == ["ended"]
