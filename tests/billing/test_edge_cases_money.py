"""Edge cases of money that comes back, is questioned, or is less than it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from access import entitlements
from access.gate import Answer
from access.models import Entitlement
from billing import (
    alarms,
    charge_calendar,
    giving,
    plan_changes,
    promotions,
    refunds,
    withdrawals,
)
from billing.models import Audit, CheckoutAttempt, Invoice
from core import settings
from tests import factories
from tests.web.forms import send, signed_in, text

ADA = "ada@example.org"
DISPUTED = "4000000000000259"
WARNED = "4000000000005423"


def kinds(world):
    return [kind for _, kind in world.mailbox.sent]


def subscribed(world, card="4242424242424242"):
    """Ada, a day into her first paid month."""
    ada = world.member(email=ADA)
    world.start_trial(ada, card)
    world.pass_the_first_charge()
    return ada


def charged(world, ada):
    return next(i for i in world.subscription(ada).invoices if i.total_minor > 0)


def pay_back(world, ada, amount=None):
    refunds.give(
        world.db,
        world.stripe,
        charged(world, ada),
        amount_minor=amount,
        actor="operator:1",
        reason="asked",
        now=world.now,
    )
    world.db.commit()
    world.deliver()
    world.tick()


def alarm_kinds(world):
    return [alarm.kind for alarm in alarms.waiting(world.db)]


def test_a_refund_in_part_leaves_access_as_it_was(world):
    ada = subscribed(world)

    pay_back(world, ada, 300)

    assert (world.gate(ada), charged(world, ada).refunded_minor) == (Answer.OPEN, 300)
    assert world.subscription(ada).status == "active"
    assert kinds(world).count("refund") == 1


def test_a_full_refund_ends_access_where_the_operator_wants_it(world):
    ada = subscribed(world)

    pay_back(world, ada)

    assert world.gate(ada) is not Answer.OPEN
    assert world.subscription(ada).status == "canceled"
    with pytest.raises(refunds.NothingToRefund):
        pay_back(world, ada)


def test_a_full_refund_keeps_access_where_the_operator_wants_that(world):
    settings.use(settings.current().model_copy(update={"refund_ends_access": False}))
    ada = subscribed(world)

    pay_back(world, ada)

    assert (world.gate(ada), world.subscription(ada).status) == (Answer.OPEN, "active")


def test_a_dispute_ends_access_at_once_and_a_person_restores_it(world):
    ada = subscribed(world, DISPUTED)

    assert charged(world, ada).dispute_status == "needs_response"
    assert world.gate(ada) is not Answer.OPEN
    assert world.subscription(ada).status == "canceled"
    assert "payment.disputed" in alarm_kinds(world)
    [row] = world.rows(Entitlement)
    assert (row.until, row.why) == (charged(world, ada).disputed_at, "disputed")

    # when the bank decides for us, then a person is asked, and nothing opens by itself
    dispute = next(world.sandbox.engine.store.all("dispute"))["id"]
    world.at_stripe(
        "post", f"/v1/disputes/{dispute}", evidence={"uncategorized_text": "winning_evidence"}
    )
    world.deliver()
    assert "dispute.won" in alarm_kinds(world)
    assert world.gate(ada) is not Answer.OPEN

    giving.give(
        world.db,
        ada.id,
        "complimentary",
        ends_at=world.now + timedelta(days=20),
        actor="operator:1",
        reason="dispute won",
        now=world.now,
    )
    entitlements.refresh(world.db, ada.id, now=world.now, reason="dispute won")
    assert world.gate(ada) is Answer.OPEN
    assert world.db.scalars(select(Audit.reason).where(Audit.action == "access.given")).all() == [
        "dispute won"
    ]


def test_a_warning_of_fraud_waits_for_a_person(world):
    ada = subscribed(world, WARNED)

    (alarm,) = [one for one in world.alarms() if one.kind == "payment.suspected"]
    (paid,) = [one for one in world.rows(Invoice) if one.total_minor]
    assert (alarm.object_id, alarm.member_id) == (paid.stripe_id, ada.id)
    assert "at the payment of £6.99" in alarm.text
    assert world.gate(ada) is Answer.OPEN

    # when the whole of it goes back, nobody need look any more, though the event comes again
    pay_back(world, ada)
    world.replay_everything()
    world.work()
    assert "payment.suspected" not in alarm_kinds(world)


def coupon(world, code=(), **said):
    made = world.at_stripe("post", "/v1/coupons", **said)
    return world.at_stripe(
        "post",
        "/v1/promotion_codes",
        code="AUTUMN",
        promotion={"type": "coupon", "coupon": made["id"]},
        **dict(code),
    )


def test_a_coupon_of_everything_for_ever_needs_no_card(world):
    # given a subscription that costs nothing for ever, and nothing to charge
    ada = world.member(email=ADA)
    world.open_checkout(ada)
    made = coupon(world, percent_off=100, duration="forever")
    world.at_stripe(
        "post",
        "/v1/subscriptions",
        customer=next(world.sandbox.engine.store.all("customer"))["id"],
        items=[{"price": world.offer.stripe_price_id}],
        discounts=[{"promotion_code": made["id"]}],
    )
    world.deliver()
    assert world.gate(ada) is Answer.OPEN

    # when it renews, then it goes on, and nobody is troubled
    world.advance(days=32, step=timedelta(days=8))
    sub = world.subscription(ada)
    assert (sub.status, sub.carded, world.gate(ada)) == ("active", False, Answer.OPEN)
    assert {invoice.total_minor for invoice in sub.invoices} == {0}
    assert "payment_failed" not in kinds(world)
    assert alarm_kinds(world) == []


def test_the_months_of_a_coupon_count_from_the_trials_start_and_the_first_price_is_told(world):
    coupon(world, percent_off=50, duration="repeating", duration_in_months=3)
    ada = world.member(email=ADA)

    found = promotions.named(world.stripe, "AUTUMN", world.offer, customer_id=None, now=world.now)
    told = charge_calendar.charges(
        699,
        "month",
        starts_at=world.now,
        charge_at=world.now + timedelta(days=30),
        discount=found,
    )
    sub = world.start_trial(ada)
    world.at_stripe(
        "post",
        f"/v1/subscriptions/{sub.stripe_id}",
        discounts=[{"promotion_code": found.promotion_id}],
    )
    world.pass_the_first_charge()
    world.advance(days=94, step=timedelta(days=8))

    billed = [i.total_minor for i in world.subscription(ada).invoices if i.total_minor]
    assert [one.amount_minor for one in told][: len(billed)] == billed
    assert found.words == "50% off the first 3 months"


@pytest.mark.parametrize("how", ["unknown", "inactive", "over its limit", "expired", "another's"])
def test_a_code_that_does_not_work_is_refused_in_words_and_nothing_is_made(world, how):
    # given a member, and a code that is not for them, or not any more
    ada, bob = world.member(email=ADA), world.member()
    world.open_checkout(bob)
    theirs = next(world.sandbox.engine.store.all("customer"))["id"]
    limits = {
        "over its limit": {"max_redemptions": 1},
        "expired": {"expires_at": int(world.now.timestamp()) + 3600},
        "another's": {"customer": theirs},
    }
    made = coupon(world, percent_off=20, duration="once", code=limits.get(how, {}))
    if how == "inactive":
        world.at_stripe("post", f"/v1/promotion_codes/{made['id']}", active=False)
    if how == "over its limit":
        used = world.at_stripe("get", f"/v1/customers/{theirs}")["id"]
        world.at_stripe(
            "post",
            "/v1/subscriptions",
            customer=used,
            items=[{"price": world.offer.stripe_price_id}],
            trial_period_days=30,
            discounts=[{"promotion_code": made["id"]}],
        )
    world.leap(hours=2)

    # when it is typed on the page, and sent as if it had been accepted
    browser = signed_in(world, ada)
    code = "SPRING" if how == "unknown" else "AUTUMN"
    shown = text(browser.get(f"/trial?code={code}"))
    answer = send(browser, "/trial", code=code)

    # then the page says so, and nothing was begun
    assert "This code does not work here" in shown
    assert (answer.status_code, "This code does not work here" in text(answer)) == (409, True)
    assert world.rows(CheckoutAttempt, member_id=ada.id) == []
    with pytest.raises(LookupError):
        world.subscription(ada)


def test_a_downgrade_keeps_what_was_paid_and_shows_the_credit(world):
    ada = world.member(email=ADA)
    yearly = factories.offer(world.db, code="yearly", amount_minor=6900, interval="year")
    world.pay(world.open_checkout(ada, yearly))
    world.deliver()
    world.pass_the_first_charge()
    monthly = factories.offer(world.db, code="monthly")

    sub = world.subscription(ada)
    shown = plan_changes.preview(world.db, world.stripe, sub, monthly, now=world.now)
    plan_changes.start(
        world.db, world.stripe, ada.id, monthly, shown_at=shown.at, actor="member", now=world.now
    )
    world.db.commit()
    world.deliver()
    world.tick()

    assert shown.credit_minor > 6000
    assert world.gate(ada) is Answer.OPEN
    assert world.subscription(ada).interval == "month"


def test_a_withdrawal_within_fourteen_days_ends_the_contract_and_pays_back(world):
    ada = world.member(email=ADA)
    world.offer.trial_days = 0
    world.start_trial(ada)
    world.leap(days=3)
    row = withdrawals.declare(world.db, name="Ada", email=ADA, contract="", by=ada, now=world.now)

    withdrawals.carry_out(world.db, world.stripe, row, actor=f"member:{ada.id}", now=world.now)
    world.db.commit()
    world.deliver()

    assert (row.state, row.refunded_minor) == ("done", 699)
    assert "Name: Ada" in row.text
    assert world.subscription(ada).status == "canceled"
    assert world.gate(ada) is not Answer.OPEN


def test_a_withdrawal_pays_back_the_days_not_used_where_the_operator_wants_that(world):
    # given somebody who withdraws three days into thirty that they paid £6.99 for
    settings.use(settings.current().model_copy(update={"withdrawal_refund": "unused"}))
    ada = world.member(email=ADA)
    world.offer.trial_days = 0
    world.start_trial(ada)
    world.leap(days=3)
    row = withdrawals.declare(world.db, name="Ada", email=ADA, contract="", by=ada, now=world.now)

    # when Stripe hears of it two days later
    world.leap(days=2)
    withdrawals.carry_out(world.db, world.stripe, row, actor=f"member:{ada.id}", now=world.now)
    world.db.commit()
    world.deliver()

    # then the part of 27 days goes back
    assert (row.state, row.refunded_minor) == ("done", round(699 * 27 / 30))
    assert charged(world, ada).refunded_minor == row.refunded_minor


def test_a_receipt_of_a_withdrawal_writes_its_day_in_full(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.leap(days=9)

    row = withdrawals.declare(world.db, name="Ada", email=ADA, contract="", by=ada, now=world.now)

    assert f"{world.now:%-d %B %Y}, " in row.text


def test_after_fourteen_days_a_withdrawal_is_answered_with_the_way_to_cancel(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.leap(days=15)
    row = withdrawals.declare(world.db, name="Ada", email=ADA, contract="", by=ada, now=world.now)

    with pytest.raises(withdrawals.TooLate) as told:
        withdrawals.carry_out(world.db, world.stripe, row, actor="member", now=world.now)

    assert "cancel at any time" in told.value.sentence
    assert world.subscription(ada).status == "trialing"
