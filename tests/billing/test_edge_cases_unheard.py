"""Edge cases of what nobody hears of in time: returns, deletions, cancellations, renewals."""

from __future__ import annotations

from access.gate import Answer
from billing.models import CheckoutAttempt, Customer, Subscription
from tests.billing.telling import hold_back
from tests.world import World
from workers import tasks


def test_a_return_before_the_webhook_opens_the_gate(world: World) -> None:
    # given a member who has paid, and deliveries that are late
    hold_back(world)
    ada = world.member()
    attempt = world.open_checkout(ada)
    world.pay(attempt)

    # when they return, then the page says that it has begun, and the gate is open
    page = world.signed_in(ada).get(f"/trial/welcome?session_id={attempt.stripe_session_id}")
    assert page.status_code == 200
    assert "Your trial has started" in page.text
    assert world.gate(ada) is Answer.OPEN


def test_somebody_elses_return_shows_nothing(world: World) -> None:
    ada, eve = world.member(), world.member()
    attempt = world.open_checkout(ada)
    world.pay(attempt)

    page = world.signed_in(eve).get(f"/trial/welcome?session_id={attempt.stripe_session_id}")

    assert page.status_code == 404
    assert world.rows(Subscription) == []


def test_a_checkout_that_was_left_is_freed_and_can_be_opened_again(world: World) -> None:
    # given a payment page that nobody came back from
    ada = world.member()
    left = world.open_checkout(ada)

    # when its hour is over
    world.advance(hours=2)

    # then it is closed, and the button leads to a new one, with the trial unused
    assert world.rows(CheckoutAttempt)[0].state == "expired"
    again = world.open_checkout(ada)
    assert (again.id != left.id, again.trial_days) == (True, 30)
    world.pay(again)
    world.deliver()
    assert world.gate(ada) is Answer.OPEN


def test_a_customer_deleted_at_stripe_ends_and_is_made_anew_under_another_key(
    world: World,
) -> None:
    # given a trial whose customer somebody deletes in the dashboard
    ada = world.member()
    world.start_trial(ada)
    before = world.rows(Customer)[0]
    deleted, key = before.stripe_id, before.idempotency_key
    world.at_stripe("delete", f"/v1/customers/{deleted}")

    # when Stripe tells of it, then all has ended and the history stays
    world.deliver()
    assert world.subscription(ada).status == "canceled"
    assert world.gate(ada) is not Answer.OPEN
    row = world.rows(Customer)[0]
    assert (row.stripe_id, row.idempotency_key == key) == (None, False)

    # when they subscribe again, then another customer pays
    world.pay(world.open_checkout(ada))
    world.deliver()
    assert world.rows(Customer)[0].stripe_id not in (None, deleted)
    assert world.gate(ada) is Answer.OPEN


def test_a_customer_deleted_unheard_is_made_anew_at_the_next_checkout(world: World) -> None:
    # given a customer without a subscription that was deleted while nobody listened
    ada = world.member()
    world.open_checkout(ada)
    hold_back(world)
    deleted = world.rows(Customer)[0].stripe_id
    world.at_stripe("delete", f"/v1/customers/{deleted}")
    world.leap(hours=2)
    tasks.expire_checkouts()

    # when a checkout is opened
    attempt = world.open_checkout(ada)

    # then it belongs to a new customer
    assert attempt.url is not None
    assert world.rows(Customer)[0].stripe_id not in (None, deleted)


def test_an_immediate_cancel_in_the_dashboard_ends_access_then(world: World) -> None:
    # given a trial
    ada = world.member()
    sub = world.start_trial(ada)

    # when somebody cancels it at once in Stripe's dashboard
    world.leap(days=3)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()

    # then it is no trial any more, and nothing plays
    assert world.subscription(ada).ended_at == world.now
    assert world.gate(ada) is Answer.RENEW
    world.advance(days=30)
    assert world.mailbox.of_kind("trial_ending") == []


def test_an_endpoint_that_answers_with_errors_calls_an_operator(world: World) -> None:
    # given an endpoint that fails for an hour
    world.postman = lambda body, headers: 500
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.flush()
    world.leap(hours=1)

    # when the list of events is read, then a person is called, and the news are read all the same
    tasks.reconcile_events()
    assert [alarm.kind for alarm in world.alarms()] == ["webhook.undelivered"]
    assert world.gate(ada) is Answer.OPEN

    # when deliveries arrive again, then the alarm is settled
    world.postman = None
    world.deliver()
    world.leap(hours=1)
    tasks.reconcile_events()
    assert world.alarms() == []


def test_a_renewal_told_six_hours_late_leaves_no_gap(world: World) -> None:
    # given a member who pays, and a renewal of which nothing is heard for six hours
    ada = world.member()
    world.start_trial(ada)
    world.pass_the_first_charge()
    world.leap(days=29)
    ends = world.subscription(ada).period_ends_at
    assert ends is not None
    world.leap(seconds=(ends - world.now).total_seconds())

    # then every hour of them is open
    for _ in range(6):
        world.leap(hours=1)
        assert world.gate(ada) is Answer.OPEN
    world.deliver()
    assert world.gate(ada) is Answer.OPEN


def test_a_new_address_is_the_same_customer_and_brings_no_second_trial(world: World) -> None:
    # given somebody who had a trial and then changes the address
    ada = world.member(email="ada@example.org")
    sub = world.start_trial(ada)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()
    before = world.rows(Customer)[0].stripe_id
    ada.email = ada.email_canonical = "lovelace@example.org"
    world.db.commit()

    # when they come back
    attempt = world.open_checkout(ada)

    # then it is the same customer, without free days
    assert attempt.trial_days == 0
    assert [row.stripe_id for row in world.rows(Customer)] == [before]
