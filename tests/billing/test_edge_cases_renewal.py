"""Edge cases at a trial's end and at renewals: first charges that fail, grace, pauses, one mail."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from access import standing
from access.gate import Answer
from billing import cancellations, pauses
from billing.models import Audit, Milestone
from core import zones
from tests.web.reading import text_of

ADA = "ada@example.org"
DECLINES_LATER = "4000000000000341"
SIX_HOURS = timedelta(hours=6)


def kinds(world):
    return [kind for _, kind in world.mailbox.sent]


def paid_facts(world, ada):
    paid = select(func.count()).where(Milestone.member_id == ada.id, Milestone.fact == "paid")
    return world.db.scalar(paid)


def new_card(world, ada, card="pm_card_visa"):
    """Ada gives another card at the provider's page, and the open invoice is tried at once."""
    sub = world.subscription(ada)
    customer = world.at_stripe("get", f"/v1/subscriptions/{sub.stripe_id}")["customer"]
    made = world.at_stripe("post", f"/v1/payment_methods/{card}/attach", customer=customer)
    world.at_stripe("post", f"/v1/subscriptions/{sub.stripe_id}", default_payment_method=made["id"])
    for invoice in sub.invoices:
        if invoice.status == "open":
            world.at_stripe("post", f"/v1/invoices/{invoice.stripe_id}/pay")
    world.deliver()
    world.tick()


def test_a_first_charge_that_fails_is_forgiven_for_three_days_and_paid_once(world):
    # given a card that is refused at the trial's end
    ada = world.member(email=ADA)
    world.start_trial(ada, DECLINES_LATER)
    world.pass_the_first_charge(by=SIX_HOURS)

    # then Ada is told why, and may watch for three days
    sub = world.subscription(ada)
    assert (sub.status, world.gate(ada), paid_facts(world, ada)) == ("past_due", Answer.OPEN, 0)
    said = world.mailbox.of_kind("payment_failed")[0].get_body(("plain",)).get_content()
    assert "refused it on 22 December 2026" in said
    world.advance(days=4)
    assert world.gate(ada) is Answer.UPDATE_CARD

    # when another card is given, then all is well, and the conversion is counted once
    new_card(world, ada)
    assert (world.subscription(ada).status, world.gate(ada)) == ("active", Answer.OPEN)
    assert paid_facts(world, ada) == 1


def test_two_refusals_within_a_day_are_one_mail(world):
    ada = world.member(email=ADA)
    world.start_trial(ada, DECLINES_LATER)
    world.pass_the_first_charge(by=SIX_HOURS)
    invoice = next(i for i in world.subscription(ada).invoices if i.status == "open")

    with pytest.raises(Exception, match="declined"):
        world.at_stripe("post", f"/v1/invoices/{invoice.stripe_id}/pay")
    world.deliver()
    world.tick()

    assert world.subscription(ada).invoices[-1].attempt_count == 2
    assert kinds(world).count("payment_failed") == 1


def test_a_renewal_that_fails_and_then_succeeds_leaves_no_gap(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.pass_the_first_charge()
    new_card(world, ada, "pm_card_chargeCustomerFail")
    world.advance(days=31)
    first = world.subscription(ada).first_failed_at
    assert world.subscription(ada).status == "past_due"

    for _ in range(8):
        world.advance(days=1)
        assert (world.subscription(ada).first_failed_at, world.gate(ada)) == (first, Answer.OPEN)
    failures = world.subscription(ada).invoices[-1].attempt_count
    assert failures >= 3
    assert 1 <= kinds(world).count("payment_failed") <= failures

    new_card(world, ada)
    assert (world.subscription(ada).first_failed_at, world.gate(ada)) == (None, Answer.OPEN)


def test_the_day_that_is_named_after_a_failed_renewal_is_the_day_on_which_it_ends(world):
    # given a renewal that fails for good, at a provider that tries for fourteen days
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.pass_the_first_charge()
    new_card(world, ada, "pm_card_chargeCustomerFail")
    world.advance(days=31)
    named = zones.day(world.subscription(ada).first_failed_at.date() + timedelta(days=14))

    # then every page and e-mail names that day, and nobody reads of a later one
    account = text_of(world.signed_in(ada).get("/account").text)
    assert account.count(f"Update your card before {named} to keep watching") == 1
    banner = text_of(world.signed_in(ada).get("/").text)
    assert f"Update your card before {named.removesuffix(' 2027')} to keep watching" in banner
    world.advance(days=13)
    assert world.gate(ada) is Answer.OPEN
    mails = world.mailbox.of_kind("payment_failed")
    said = [one.get_body(("plain",)).get_content() for one in mails]
    assert len(said) == 3 and all(f"You can watch until {named}." in one for one in said)

    # and on that day it ends with the last try
    world.advance(days=1)
    sub = world.subscription(ada)
    assert (sub.status, zones.day(sub.ended_at.date())) == ("canceled", named)
    assert world.gate(ada) is Answer.RENEW


@pytest.mark.parametrize(
    ("behavior", "status", "first", "later"),
    [
        ("cancel", "canceled", Answer.RENEW, Answer.RENEW),
        ("pause", "paused", Answer.SEE_ACCOUNT, Answer.SEE_ACCOUNT),
        ("create_invoice", "past_due", Answer.OPEN, Answer.UPDATE_CARD),
    ],
)
def test_a_trial_that_ends_without_a_card_leads_to_what_was_set(
    world, behavior, status, first, later
):
    # given a trial whose card is gone
    ada = world.member(email=ADA)
    sub = world.start_trial(ada)
    without_card(world, sub, behavior)

    # when it ends, then it stands as was set; an invoice that waits is forgiven for three days
    world.pass_the_first_charge(by=SIX_HOURS)
    assert (world.subscription(ada).status, world.gate(ada)) == (status, first)
    world.advance(days=4)
    assert world.gate(ada) is later
    assert paid_facts(world, ada) == 0


def without_card(world, sub, behavior):
    """The card is taken away, and ``behavior`` decides what the trial's end brings."""
    said = world.at_stripe("get", f"/v1/subscriptions/{sub.stripe_id}")
    world.at_stripe(
        "post",
        f"/v1/subscriptions/{sub.stripe_id}",
        trial_settings={"end_behavior": {"missing_payment_method": behavior}},
    )
    world.at_stripe("post", f"/v1/payment_methods/{said['default_payment_method']}/detach")
    world.deliver()


def test_a_paused_subscription_is_woken_by_a_card_and_never_sold_twice(world):
    ada = world.member(email=ADA)
    first = world.start_trial(ada)
    without_card(world, first, "pause")
    world.pass_the_first_charge()
    assert standing.of(world.db, ada, now=world.now).state is standing.State.PAUSED

    # when a card is given at the provider's page, and nothing else is pressed
    new_card(world, ada)

    # then the same subscription goes on, and was charged once
    sub = world.subscription(ada)
    assert (sub.stripe_id, sub.status) == (first.stripe_id, "active")
    assert world.gate(ada) is Answer.OPEN
    assert paid_facts(world, ada) == 1
    assert len(list(world.sandbox.engine.store.all("subscription"))) == 1
    assert [row.actor for row in world.rows(Audit, action="subscription.woken")] == ["matinee"]


def test_a_card_that_is_refused_wakes_nothing_and_is_tried_once(world):
    # given a trial that was paused, and a card that will not be charged
    ada = world.member(email=ADA)
    without_card(world, world.start_trial(ada), "pause")
    world.pass_the_first_charge()
    new_card(world, ada, "pm_card_chargeCustomerFail")

    # when news of it go on for days
    before = [call for call in world.calls if call.endswith("/resume")]
    world.replay_everything()
    world.advance(days=1)

    # then it was tried once, and nothing was paid
    assert len(before) == 1
    assert [call for call in world.calls if call.endswith("/resume")] == before
    assert paid_facts(world, ada) == 0


def test_a_card_that_the_network_renewed_is_shown_and_nobody_is_written_to(world):
    ada = world.member(email=ADA)
    sub = world.start_trial(ada)
    world.tick()
    before = kinds(world)
    said = world.at_stripe("get", f"/v1/subscriptions/{sub.stripe_id}")
    method = said["default_payment_method"]
    world.at_stripe(
        "post", f"/v1/payment_methods/{method}", card={"exp_month": 11, "exp_year": 2035}
    )

    world.deliver()
    world.tick()
    world.advance(days=1)

    assert world.subscription(ada).card_expires == "11/35"
    assert kinds(world) == before


def test_a_pause_charges_nothing_and_gives_nothing_that_was_not_paid(world):
    # given a month that was paid
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.pass_the_first_charge()
    paid_until = world.subscription(ada).period_ends_at

    # when Ada pauses for a month
    pauses.start(world.db, world.stripe, ada.id, months=1, actor="member", now=world.now)
    world.db.commit()
    world.deliver()
    world.tick()
    assert world.gate(ada) is Answer.OPEN
    assert "paused" in kinds(world)

    # then nothing is charged or watched in that month, and the next one is both
    world.advance(days=32)
    assert world.now > paid_until
    assert world.gate(ada) is not Answer.OPEN
    assert paid_facts(world, ada) == 1
    world.advance(days=31)
    assert (world.gate(ada), paid_facts(world, ada)) == (Answer.OPEN, 2)


def test_a_pause_from_a_month_s_last_day_ends_on_the_day_on_which_periods_turn(world):
    # given periods that turn on the 30th, of which one ends on 28 February
    ada = world.member(email=ADA)
    world.leap(days=8)
    world.start_trial(ada)
    world.pass_the_first_charge()
    world.advance(days=32, step=timedelta(days=16))
    ends = [world.subscription(ada).period_ends_at]

    # when Ada pauses for a month from its end
    pauses.start(world.db, world.stripe, ada.id, months=1, actor="member", now=world.now)
    world.db.commit()
    world.deliver()
    world.tick()
    resumes = world.subscription(ada).pause_resumes_at + pauses.BEFORE_BILLING
    world.advance(days=60, step=timedelta(days=5))

    # then the day that she is told is the one on which she is charged
    ends.append(resumes)
    assert [f"{one:%d %B}" for one in ends] == ["28 February", "30 March"]
    assert [i.created_at for i in world.subscription(ada).invoices if i.paid_at][-1] == resumes


def test_a_trial_or_a_cancelled_subscription_cannot_be_paused(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)

    with pytest.raises(pauses.CannotPause):
        pauses.start(world.db, world.stripe, ada.id, months=1, actor="member", now=world.now)
    world.pass_the_first_charge()
    cancellations.start(
        world.db, world.stripe, ada.id, actor="member", reason="price", now=world.now
    )
    world.db.commit()
    world.deliver()
    with pytest.raises(pauses.CannotPause):
        pauses.start(world.db, world.stripe, ada.id, months=1, actor="member", now=world.now)
