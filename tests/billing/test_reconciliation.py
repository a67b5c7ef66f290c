"""What no delivery told: read from Stripe's list, and by the timetable."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from access.gate import Answer
from billing import reconciliation, suspects
from billing.gateway import EventRecord
from billing.models import StripeEvent
from billing.terms import REMINDER_LEAD
from billing.upkeep_models import EventCursor
from core import settings
from tests.billing.reconciling import nothing_arrives, run
from tests.world import World
from workers import tasks


def test_what_was_never_delivered_is_read_from_stripes_list(world: World) -> None:
    # given a trial of which no delivery arrived
    nothing_arrives(world)
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.deliver()
    assert world.rows(StripeEvent) == []

    # when the list of events is read, twice
    tasks.reconcile_events()
    count = len(world.rows(StripeEvent))
    tasks.reconcile_events()

    # then every event is here once, and the gate is open
    assert len(world.rows(StripeEvent)) == count > 5
    assert world.gate(ada) is Answer.OPEN


def test_a_long_list_is_read_some_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # given two trials of which no delivery arrived
    nothing_arrives(world)
    for card in ("4242424242424242", "5555555555554444"):
        world.pay(world.open_checkout(world.member()), card)
    world.leap(hours=1)

    # when their events are read, two at a time
    monkeypatch.setattr(suspects, "AT_ONCE", 2)
    held: list[int] = []
    kept = reconciliation._stored

    def counted(db: Session, some: list[EventRecord], now: datetime) -> list[datetime]:
        held.append(len(some))
        return kept(db, some, now)

    monkeypatch.setattr(reconciliation, "_stored", counted)
    tasks.reconcile_events()

    # then each is here once, and one call tells of all since the first
    every = world.rows(StripeEvent)
    assert len({one.stripe_id for one in every}) == len(every) == sum(held)
    assert max(held) == 2
    [alarm] = world.alarms()
    assert alarm.text.startswith(f"{len(every)} events were not delivered, since 22 Nov")


def test_a_shop_with_a_restricted_live_key_takes_no_event_of_the_other_mode(world: World) -> None:
    # given lost news of Stripe's test mode, where the shop's key is a live one
    nothing_arrives(world)
    world.pay(world.open_checkout(world.member()))
    live = SecretStr("rk_live_x")
    settings.use(settings.current().model_copy(update={"stripe_secret_key": live}))

    # when the list of events is read
    tasks.reconcile_events()

    # then all of it is of the other mode
    assert {row.error for row in world.rows(StripeEvent)} == {"of the other mode"}


def test_a_gap_is_read_although_later_events_arrived(world: World) -> None:
    # given news of one member that were lost, and later news of another that arrived
    ada, bob = world.member(), world.member()
    world.start_trial(ada)
    tasks.reconcile_events()
    path = f"/v1/subscriptions/{world.subscription(ada).stripe_id}"
    lost = {"effect": "drop", "count": 1, "type": "customer.subscription.deleted", "seconds": 0}
    world.leap(hours=1)
    world.sandbox.engine.effects.append(lost)
    world.at_stripe("delete", path)
    world.leap(hours=5)
    world.start_trial(bob, card="5555555555554444")
    assert world.gate(ada) is Answer.OPEN

    # when the list is read from where it was read to
    tasks.reconcile_events()

    # then the gap is closed, and the place to go on from is kept
    assert world.subscription(ada).status == "canceled"
    assert [cursor.read_until for cursor in world.rows(EventCursor)] == [world.now]


def test_after_three_dark_days_the_mirror_is_stripes_and_only_true_reminders_go_out(
    world: World,
) -> None:
    # given two trials, and three days around their reminders in which nothing works
    ada, bob = world.member(email="ada@example.org"), world.member(email="bob@example.org")
    world.start_trial(ada)
    leaving = world.start_trial(bob, card="5555555555554444").stripe_id
    world.advance(days=21, step=timedelta(days=7))
    nothing_arrives(world)
    world.leap(days=1)
    world.at_stripe("post", f"/v1/subscriptions/{leaving}", cancel_at_period_end="true")
    world.leap(days=2)

    # when everything is compared
    said = run(world)

    # then the mirror is Stripe's, and only who will be charged is reminded: once, of the later day
    # on which there is time for it
    for _ in range(2):
        world.tick()
    assert "0 differences" not in said
    assert world.subscription(bob).cancel_at_period_end
    ends = world.subscription(ada).trial_ends_at
    assert ends is not None and ends - world.now >= REMINDER_LEAD
    reminded = [to for to, kind in world.mailbox.sent if kind == "trial_ending"]
    assert reminded == ["ada@example.org"]


@pytest.mark.parametrize("when", ["hour", "day"])
def test_the_timetable_reads_and_compares(world: World, when: str) -> None:
    # given a trial of which no delivery arrived
    nothing_arrives(world)
    ada = world.member()
    world.pay(world.open_checkout(ada))

    # when the timetable's task runs
    {"hour": tasks.reconcile_events, "day": tasks.reconcile_all}[when]()

    # then the gate is open
    world.db.expire_all()
    assert world.gate(ada) is Answer.OPEN
