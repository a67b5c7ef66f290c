"""Edge cases of transport: news that come twice, late, never, odd, or of somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from access.gate import Answer
from billing import customers, events
from billing.models import Customer, Milestone, StripeEvent, Subscription
from notices.models import Notice
from sandbox.faults import Fault
from tests.billing.telling import hold_back, tell
from tests.world import HALF_DAY, World
from workers import tasks


def test_an_event_handled_twice_has_no_second_effect(world: World) -> None:
    # given a trial whose every delivery is remembered
    held = hold_back(world)
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.flush()

    # when each arrives three times, with work between
    for _ in range(3):
        assert {world.receive(*one) for one in held} == {200}
        world.work()
        world.tick()

    # then it had one effect
    assert len(world.rows(StripeEvent)) == len(held)
    assert len(world.rows(Milestone, fact="trial_started")) == 1
    assert [kind for _, kind in world.mailbox.sent] == ["trial_started"]


def test_an_older_state_that_arrives_later_changes_nothing(world: World) -> None:
    # given a trial that was cancelled, with its first news held back
    held = hold_back(world)
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.flush()
    first = list(held)
    world.postman = None
    tasks.reconcile_events()
    path = f"/v1/subscriptions/{world.subscription(ada).stripe_id}"
    world.at_stripe("delete", path)
    world.deliver()

    # when the news of its beginning arrive at last, backwards
    for body, headers in reversed(first):
        world.receive(body, headers)
    world.replay_everything()

    # then it stays cancelled
    assert world.subscription(ada).status == "canceled"
    assert world.gate(ada) is not Answer.OPEN


def test_news_of_a_customer_whose_row_is_not_complete_are_linked(world: World) -> None:
    # given a customer that was made at Stripe, of whom the answer was lost
    ada = world.member()
    world.pay(world.open_checkout(ada))
    row = world.rows(Customer)[0]
    made, row.stripe_id = row.stripe_id, None
    world.db.commit()

    # when the news of the paid checkout arrive
    world.deliver()

    # then the customer is the waiting row's, and the trial is not lost
    assert world.rows(Customer)[0].stripe_id == made
    assert world.gate(ada) is Answer.OPEN


@pytest.mark.parametrize("version", ["2014-01-31", "2019-05-16", "2025-03-31.basil", None])
def test_an_event_of_any_api_version_brings_the_present_state(
    world: World, version: str | None
) -> None:
    # given a trial that nobody has told of, and its customer
    hold_back(world)
    ada = world.member()
    world.pay(world.open_checkout(ada))
    customer = world.rows(Customer)[0].stripe_id
    thing: dict[str, Any] = {
        "object": "subscription",
        "id": "sub_of_old",
        "customer": customer,
        "plan": {},
    }

    # when an event in the shape of another time arrives
    assert tell(world, api_version=version, created=1, data={"object": thing}) == 200
    world.work()

    # then the state is what Stripe says now
    assert world.gate(ada) is Answer.OPEN


def test_a_thin_event_brings_the_present_state(world: World) -> None:
    # given a trial that nobody has told of
    hold_back(world)
    ada = world.member()
    world.pay(world.open_checkout(ada))
    sub = world.at_stripe("get", "/v1/subscriptions")["data"][0]["id"]

    # when an event arrives that names the subscription and nothing else
    related = {"id": sub, "type": "subscription", "url": f"/v1/subscriptions/{sub}"}
    kind = {"object": "v2.core.event", "type": "v1.customer.subscription.created"}
    when = "2026-11-22T12:00:00.000Z"
    assert tell(world, **kind, related_object=related, created=when) == 200
    world.work()

    # then the gate is open, for its owner was asked for
    assert world.gate(ada) is Answer.OPEN


def test_an_event_whose_object_names_no_customer_finds_its_owner(world: World) -> None:
    # given a trial that was charged
    ada = world.member()
    sub = world.start_trial(ada)
    world.pass_the_first_charge(by=HALF_DAY)
    charge = world.at_stripe("get", "/v1/charges")["data"][0]["id"]
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    hold_back(world)
    world.sandbox.flush()

    # when a dispute of that charge is told, which names the charge alone
    thing = {"object": "dispute", "id": "du_1", "charge": charge}
    tell(world, type="charge.dispute.created", data={"object": {**thing, "id": charge}})
    world.work()

    # then the member behind it was looked at
    assert world.subscription(ada).status == "canceled"


def test_an_upcoming_invoice_that_has_no_id_is_kept(world: World) -> None:
    ada = world.member()
    world.start_trial(ada)
    customer = world.rows(Customer)[0].stripe_id

    thing = {"object": "invoice", "customer": customer, "total": 699}
    assert tell(world, type="invoice.upcoming", data={"object": thing}) == 200
    world.work()

    assert [row.state for row in world.rows(StripeEvent, type="invoice.upcoming")] == ["done"]


def test_news_of_another_applications_customer_are_ignored(world: World) -> None:
    # given a customer of somebody else on the same Stripe account, and one of ours that waits
    customers.reserve(world.db, world.member())
    world.db.commit()
    world.at_stripe("post", "/v1/customers", email="x@example.org", metadata={"member_id": "1"})

    # when Stripe tells of it
    world.deliver()

    # then it is ignored, with the reason, and taken for nobody
    [row] = world.rows(StripeEvent, type="customer.created")
    assert (row.state, row.error) == ("ignored", "the customer is not one of ours")
    assert world.rows(Customer)[0].stripe_id is None


def test_a_bell_that_rings_again_after_the_work_is_done_sends_nothing(world: World) -> None:
    # given a worker that was killed after its work was committed, before it could say so
    ada = world.member()
    world.start_trial(ada)
    world.tick()
    looked = len(world.calls)

    # when every bell rings again
    for row in world.rows(StripeEvent):
        tasks.apply_stripe_event(row.id)
    world.tick()

    # then nobody is asked and nothing is sent
    assert len(world.calls) == looked
    assert len(world.mailbox.sent) == 1


def test_an_event_that_fails_waits_longer_each_time_and_is_given_up_after_twelve(
    world: World,
) -> None:
    # given news, and a Stripe that is down
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.faults.plan(Fault("error", count=100_000, path="/v1/subscriptions"))
    world.sandbox.flush()

    # when the timetable goes on for two days
    waits = []
    for _ in range(80):
        world.work()
        rows = world.rows(StripeEvent, state="new")
        waits += [row.next_try_at - world.now for row in rows[:1] if row.next_try_at > world.now]
        world.leap(hours=1)

    # then the waits grew from ten seconds to hours, and a person is called
    assert waits[0] == timedelta(seconds=10)
    assert max(waits) <= timedelta(hours=6) and max(waits) > timedelta(hours=2)
    dead = world.rows(StripeEvent, state="dead")
    assert len(dead) > 5
    assert {row.attempts for row in dead} == {events.MOST_ATTEMPTS}
    assert all("StripeFailed" in (row.error or "") for row in dead)
    assert {alarm.kind for alarm in world.alarms()} == {"event.dead"}

    # when Stripe is back and they are replayed, then nothing was lost, and the alarms are settled
    world.sandbox.faults.planned.clear()
    world.replay_everything()
    assert world.gate(ada) is Answer.OPEN
    assert world.alarms() == []


def test_a_failure_is_kept_although_its_work_is_undone(world: World) -> None:
    # given a Stripe that fails once
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.faults.plan(Fault("error", count=3, path="/v1/invoices"))
    world.sandbox.flush()

    # when the first event is tried
    first = world.rows(StripeEvent)[0]
    tasks.apply_stripe_event(first.id)

    # then its row says so, and nothing half-made is left
    world.db.refresh(first)
    assert (first.state, first.attempts) == ("new", 1)
    assert "StripeFailed" in (first.error or "")
    assert world.rows(Subscription) == []


def test_no_more_than_two_looks_answer_a_burst_of_news(world: World) -> None:
    # given the ten events of a trial's start, stored
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.flush()
    assert len(world.rows(StripeEvent)) >= 8
    before = len(world.calls)

    # when a worker reads them
    world.work()

    # then subscriptions and invoices were asked for once
    assert len(world.calls[before:]) <= 2
    assert world.rows(StripeEvent, state="new") == []
    assert world.rows(Notice, kind="trial_started") != []


def test_an_object_of_a_shape_not_foreseen_fails_alone(world: World) -> None:
    # given a subscription of a shape that nobody foresaw, and another member's news behind it
    odd = world.member()
    world.start_trial(odd)
    made = next(world.sandbox.engine.store.all("subscription"))
    made["items"]["data"] = []
    ada = world.member()
    world.pay(world.open_checkout(ada), "5555555555554444")
    customer = world.rows(Customer)[0].stripe_id
    tell(world, data={"object": {"object": "subscription", "customer": customer}})

    # when a worker reads all
    world.deliver()

    # then the odd one waits with its reason, and the other is served
    [waiting] = world.rows(StripeEvent, state="new")
    assert "IndexError" in (waiting.error or "")
    assert world.gate(ada) is Answer.OPEN
