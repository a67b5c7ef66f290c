"""Edge cases of a trial's start: twice at once, odd cards, second trials, other currencies."""

import pytest
from sqlalchemy import func, select

from access import standing
from access.gate import Answer
from billing import checkouts, offers, trials
from billing.gateway_errors import CurrencyMixed
from billing.models import CheckoutAttempt, Customer, Subscription
from billing.trials import AlreadySubscribed
from tests import factories, stripe_in_process
from tests.web.forms import signed_in, text
from tests.world import HALF_DAY

DECLINES_LATER = "4000000000000341"
ASKS_AT_SETUP = "4000002500003155"
ASKS_ALWAYS = "4000002760003184"
REFUSED = "4000000000000002"


def count(world, model):
    return world.db.scalar(select(func.count()).select_from(model))


def test_two_tabs_lead_to_one_checkout_and_one_subscription(world):
    ada = world.member(email="ada@example.org")

    first, second = world.open_checkout(ada), world.open_checkout(ada)
    world.pay(first)
    world.deliver()

    assert (first.id, first.url) == (second.id, second.url)
    assert count(world, CheckoutAttempt) == count(world, Customer) == 1
    assert count(world, Subscription) == 1


def test_a_member_with_a_subscription_is_not_sold_a_second_one(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)

    with pytest.raises(AlreadySubscribed):
        world.open_checkout(ada)


def test_a_card_that_will_not_charge_starts_a_trial_and_fails_at_its_end(world):
    ada = world.member(email="ada@example.org")

    world.start_trial(ada, DECLINES_LATER)
    assert world.gate(ada) is Answer.OPEN

    world.pass_the_first_charge(by=HALF_DAY)
    sub = world.subscription(ada)
    assert sub.status == "past_due"
    assert sub.first_failed_at is not None


def test_a_bank_that_was_not_answered_gives_no_access_until_it_is(world):
    # given a checkout at which the bank's question was refused
    ada = world.member(email="ada@example.org")
    attempt = world.open_checkout(ada)
    session = attempt.stripe_session_id
    stripe_in_process.complete_checkout(world.sandbox, session, ASKS_ALWAYS, confirm=False)
    world.deliver()
    assert world.gate(ada) is Answer.SUBSCRIBE

    # when it is answered an hour less a little later
    world.leap(minutes=30)
    answered_at = world.now
    stripe_in_process.complete_checkout(world.sandbox, session, ASKS_ALWAYS)
    world.deliver()

    # then the trial counts from then
    assert world.gate(ada) is Answer.OPEN
    assert world.subscription(ada).trial_started_at == answered_at


def test_a_member_who_cancelled_a_trial_is_offered_the_paid_plan_alone(world):
    ada = world.member(email="ada@example.org")
    first = world.start_trial(ada)
    world.stripe.cancel_now(first.stripe_id, key="ended")
    world.deliver()
    world.leap(minutes=1)

    attempt = world.open_checkout(ada)
    world.pay(attempt)
    world.deliver()

    sub = world.subscription(ada)
    assert (attempt.trial_days, sub.status, sub.trial_ends_at) == (0, "active", None)


def test_a_tagged_spelling_of_a_mailbox_has_no_second_trial(world):
    world.start_trial(world.member(email="ada@example.org", email_canonical="ada@example.org"))
    twin = world.member(email="ada+2@example.org", email_canonical="ada@example.org")

    assert world.open_checkout(twin).trial_days == 0


def test_a_new_account_with_a_card_that_had_a_trial_is_ended_with_nothing_charged(world):
    world.start_trial(world.member(email="ada@example.org"))
    bob = world.member(email="bob@example.org")

    world.start_trial(bob)
    world.deliver()
    world.tick()

    sub = world.subscription(bob)
    assert sub.status == "canceled"
    assert trials.was_refused(world.db, bob.id)
    assert world.gate(bob) is not Answer.OPEN
    assert all(invoice.total_minor == 0 for invoice in sub.invoices)
    assert standing.of(world.db, bob, now=world.now).state is standing.State.MEMBER
    account = text(signed_in(world, bob).get("/account"))
    assert "your card has already been used for one here." in account
    assert "Watch for £6.99 a month" in account
    assert not any(said in account for said in ("Welcome back", "again", "Your trial ended"))
    assert ("bob@example.org", "second_trial") in world.mailbox.sent
    assert ("bob@example.org", "trial_started") not in world.mailbox.sent


def test_an_incomplete_leftover_does_not_stop_a_new_checkout(world):
    ada = world.member(email="ada@example.org")
    attempt = world.open_checkout(ada)
    customer = world.rows(Customer)[0].stripe_id
    world.at_stripe(
        "post",
        "/v1/subscriptions",
        customer=customer,
        items=[{"price": world.offer.stripe_price_id}],
        payment_behavior="default_incomplete",
    )
    world.deliver()
    assert (world.subscription(ada).status, world.gate(ada)) == ("incomplete", Answer.SUBSCRIBE)
    world.leap(minutes=1)

    assert world.open_checkout(ada).id == attempt.id
    assert world.start_trial(ada).status == "trialing"
    assert world.alarms() == []


def test_somebody_is_called_to_two_live_subscriptions_of_one_person(world):
    ada = world.member()
    world.start_trial(ada)
    customer = world.rows(Customer)[0].stripe_id
    cards = world.at_stripe("get", f"/v1/customers/{customer}/payment_methods")["data"]
    world.at_stripe(
        "post",
        "/v1/subscriptions",
        customer=customer,
        items=[{"price": world.offer.stripe_price_id}],
        default_payment_method=cards[0]["id"],
    )
    world.deliver()

    assert [alarm.text for alarm in world.alarms()] == [f"member {ada.id} has 2 live subscriptions"]


def test_a_customer_who_paid_in_dollars_is_told_so_instead_of_charged_in_pounds(world):
    ada = world.member(email="ada@example.org")
    dollars = factories.offer(world.db, code="dollars", currency="usd", amount_minor=899)
    world.pay(world.open_checkout(ada, dollars))
    world.deliver()
    world.stripe.cancel_now(world.subscription(ada).stripe_id, key="ended")
    world.deliver()

    with pytest.raises(CurrencyMixed) as told:
        world.open_checkout(ada)

    assert told.value.sentence.startswith("Your account is in another currency")  # unpaid as it is
    assert checkouts.find_open(world.db, ada.id) is None
    assert offers.shown(world.db, ada, now=world.now).code == "dollars"


def test_a_price_that_was_archived_between_view_and_click_is_shown_anew(world):
    ada = world.member(email="ada@example.org")
    world.open_checkout(ada)
    price = world.offer.stripe_price_id
    world.at_stripe("post", f"/v1/prices/{price}", active=False)
    bob = world.member(email="bob@example.org")

    attempt = world.open_checkout(bob)

    assert attempt.url is not None
    assert world.offer.stripe_price_id != price
