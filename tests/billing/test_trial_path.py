"""From the button to the charge: what Stripe reports becomes the right to watch, and facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from access.gate import Answer
from billing import trials
from billing.models import Audit, CheckoutAttempt, Customer, Milestone, StripeEvent, Subscription
from reports.models import Fact
from tests.mailbox import Killed
from tests.world import AGREED, World


def test_a_trial_opens_the_gate_when_a_worker_has_read_what_stripe_delivered(world: World) -> None:
    # given a member who has paid for a trial
    ada = world.member(email="ada@example.org")
    world.pay(world.open_checkout(ada))
    assert world.gate(ada) is Answer.SUBSCRIBE

    # when Stripe's deliveries are stored, then nothing is open yet
    world.sandbox.flush()
    assert world.gate(ada) is Answer.SUBSCRIBE
    assert set(world.db.scalars(select(StripeEvent.state))) == {"new"}

    # when the worker reads them, then the film plays until three hours after the trial's end
    world.work()
    assert world.gate(ada) is Answer.OPEN
    assert set(world.db.scalars(select(StripeEvent.state))) <= {"done", "ignored"}
    sub = world.subscription(ada)
    assert (sub.status, sub.title_id) == ("trialing", world.title.id)


def test_a_trial_start_costs_six_calls_to_stripe_at_most(world: World) -> None:
    # given an offer that has been sold before
    world.start_trial(world.member())
    ada = world.member()
    before = len(world.calls)

    # when somebody starts a trial
    world.start_trial(ada, card="5555555555554444")

    # then customer and page are made, and the burst of news is answered by few looks
    assert len(world.calls[before:]) <= 6, world.calls[before:]


def test_a_conversion_is_noted_once_however_often_it_is_reported(world: World) -> None:
    # given a trial that was charged at its end
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=30, hours=6)
    assert world.subscription(ada).status == "active"

    # when everything is looked at again, and every stored event is handled again
    for _ in range(2):
        world.replay_everything()
        world.advance(hours=6)

    # then there is one payment above zero, one receipt, and the gate stands open
    payments = select(func.count()).select_from(Fact).where(Fact.kind == "payment")
    assert world.db.scalar(payments) == 1
    assert len(world.mailbox.of_kind("receipt")) == 1
    assert world.gate(ada) is Answer.OPEN


def test_the_hour_in_which_the_invoice_is_a_draft_is_open_and_no_conversion(world: World) -> None:
    # given a trial
    ada = world.member()
    world.start_trial(ada)

    # when it ends, and Stripe has not charged yet
    world.advance(days=30, minutes=30)

    # then it is active and open, and nothing has been paid
    assert world.subscription(ada).status == "active"
    assert world.gate(ada) is Answer.OPEN
    assert "payment" not in set(world.db.scalars(select(Fact.kind)))


def test_a_second_trial_of_the_same_account_is_a_paid_checkout(world: World) -> None:
    # given a member whose trial has ended without a charge
    ada = world.member()
    sub = world.start_trial(ada)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()

    # when a checkout is opened again
    attempt = world.open_checkout(ada)

    # then it has no free days, and none under a sentence that promised some
    assert attempt.trial_days == 0
    with pytest.raises(trials.TrialAlreadyUsed):
        world.open_checkout(ada, agreed=replace(AGREED, is_free=True))


def test_a_tag_in_the_address_does_not_bring_a_second_trial(world: World) -> None:
    # given somebody who had a trial
    world.start_trial(world.member(email="ada@example.org", email_canonical="ada@example.org"))

    # when the same mailbox comes back under a tag
    again = world.member(email="ada+films@example.org", email_canonical="ada@example.org")

    # then its checkout has no free days
    assert world.open_checkout(again).trial_days == 0


def test_a_second_trial_on_the_same_card_ends_at_once_and_charges_nothing(world: World) -> None:
    # given a card that has had its trial
    world.start_trial(world.member(email="ada@example.org"))

    # when another account pays with it, and all that follows has been told
    bob = world.member(email="bob@example.org")
    sub = world.start_trial(bob)
    world.advance(days=1)

    # then it was ended, stays known as a second trial, and one e-mail says why
    assert (sub.status, sub.cancel_reason) == ("canceled", "second_trial")
    assert world.gate(bob) is not Answer.OPEN
    to_bob = [kind for address, kind in world.mailbox.sent if address == "bob@example.org"]
    assert to_bob == ["second_trial"]
    assert all(invoice.total_minor == 0 for invoice in sub.invoices)
    refusals = select(func.count()).select_from(Audit).where(Audit.action == "trial.refused")
    assert world.db.scalar(refusals) == 1


def test_a_checkout_is_done_though_stripe_tells_the_second_in_which_both_began(
    world: World,
) -> None:
    # given a page that is opened and paid within one second, of which Stripe tells no parts
    attempt = _paid_within_a_second(world)

    # when Stripe is asked, then the checkout is done, whatever the two clocks say
    world.deliver()
    (sub,) = world.rows(Subscription)
    assert sub.created_at < attempt.created_at
    assert world.rows(CheckoutAttempt, state="complete") == [attempt]


def test_a_subscription_that_names_no_checkout_closes_what_was_open_before_it(
    world: World,
) -> None:
    # given a page that is open, and a subscription that somebody makes at Stripe within its second
    attempt = _paid_within_a_second(world)
    (sub,) = world.at_stripe("get", "/v1/subscriptions")["data"]
    world.at_stripe("post", f"/v1/subscriptions/{sub['id']}", metadata={"attempt_id": ""})

    # when Stripe is asked, then the page is done: whoever pays twice is charged twice
    world.deliver()
    assert world.rows(CheckoutAttempt, state="complete") == [attempt]


def _paid_within_a_second(world: World) -> CheckoutAttempt:
    world.leap(milliseconds=400)
    attempt = world.open_checkout(world.member())
    world.pay(attempt)
    return attempt


def test_a_second_trial_stays_one_though_the_worker_died_as_it_was_ended(world: World) -> None:
    # given a card that has had its trial, and another account that pays with it
    world.start_trial(world.member(email="ada@example.org"))
    bob = world.member(email="bob@example.org")
    world.pay(world.open_checkout(bob))
    world.sandbox.flush()

    # when the worker dies with Stripe's answer that the second trial is ended
    world.transport.passes = _death_at_the_answer_to("DELETE", world)
    with pytest.raises(Killed):
        world.work()
    world.transport.passes = None
    ended = world.at_stripe("get", "/v1/subscriptions", status="canceled")["data"]
    assert len(ended) == 1
    world.advance(days=1)

    # then the next one knows why it ended: no trial that somebody left is counted
    sub = world.subscription(bob)
    assert (sub.status, sub.cancel_reason) == ("canceled", "second_trial")
    to_bob = [kind for address, kind in world.mailbox.sent if address == "bob@example.org"]
    assert to_bob == ["second_trial"]
    assert {
        row.fact.partition(":")[0] for row in world.rows(Milestone, object_id=sub.stripe_id)
    } == {
        "trial_started",
        "refused",
    }


def _death_at_the_answer_to(method: str, world: World) -> Callable[[str], None]:
    def passes(point: str) -> None:
        if point == "answer" and world.calls[-1].startswith(method):
            raise Killed

    return passes


def test_of_two_trials_that_were_never_heard_of_the_older_one_stays(world: World) -> None:
    # given two trials of one customer, made at Stripe, of which no news arrived
    ada = world.member()
    first = world.start_trial(ada)
    world.leap(hours=1)
    world.at_stripe(
        "post",
        "/v1/subscriptions",
        customer=world.rows(Customer)[0].stripe_id,
        items=[{"price": first.stripe_price_id}],
        trial_period_days=30,
    )
    world.forget_mirror()

    # when both are looked at
    world.deliver()

    # then the first stays and the second is refused
    found = sorted(world.rows(Subscription), key=lambda sub: sub.created_at)
    assert [(sub.status, sub.cancel_reason) for sub in found] == [
        ("trialing", None),
        ("canceled", "second_trial"),
    ]
