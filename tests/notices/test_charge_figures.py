"""The sum that an e-mail names: worked out by Stripe right before it is sent."""

from __future__ import annotations

from datetime import timedelta

from billing.models import CheckoutAttempt
from sandbox.faults import Fault
from tests.web.forms import send, signed_in
from tests.web.paying import made_code
from tests.world import World

TO_THE_REMINDER = timedelta(days=23)


def taxed(world: World, subscription_id: str, percentage: int) -> None:
    """From now on this much tax is due."""
    rate = world.at_stripe(
        "post",
        "/v1/tax_rates",
        display_name="VAT",
        inclusive=False,
        percentage=percentage,
    )
    path = f"/v1/subscriptions/{subscription_id}"
    world.at_stripe("post", path, default_tax_rates=[rate["id"]])


def test_a_reminder_says_the_sum_of_its_day_and_that_tax_may_be_due(world: World) -> None:
    # given a trial on which twenty per cent tax is due
    ada = world.member()
    sub = world.start_trial(ada)
    taxed(world, sub.stripe_id, 20)

    # when the reminder goes out, and the tax is raised before the charge
    world.advance(days=23, step=TO_THE_REMINDER)
    taxed(world, sub.stripe_id, 25)
    world.advance(days=8, step=timedelta(days=8))

    # then it said the sum of its day and that tax may be due, and the charge is the new sum
    [reminder] = world.mailbox.of_kind("trial_ending")
    part = reminder.get_body(("plain",))
    assert part is not None
    said = part.get_content()
    assert "£6.99: first payment for a month, plus tax where due" in said
    assert "Worked out on 15 December 2026: £8.39 in all, of which £1.40 is tax." in said
    assert [one.total_minor for one in world.subscription(ada).invoices] == [0, 874]


def test_a_reminder_names_no_discount_that_is_over_when_the_charge_comes(world: World) -> None:
    # given a code for a month that ends at the very second of the first charge
    ada = world.member(email="ada@example.org")
    assert world.offer.active
    code = {"percent_off": 30, "duration": "repeating", "duration_in_months": 1}
    made_code(world, "MONTH", **code)
    send(signed_in(world, ada), "/trial", code="MONTH")
    world.pay(world.rows(CheckoutAttempt)[-1])
    world.deliver()

    # when it is reminded of and paid
    world.pass_the_first_charge()

    # then both are of one sum
    [reminder] = world.mailbox.of_kind("trial_ending")
    assert reminder["Subject"].endswith("£6.99 is due then")
    assert [one.total_minor for one in world.subscription(ada).invoices] == [0, 699]


def test_a_reminder_waits_for_stripe_as_long_as_there_is_time(world: World) -> None:
    # given a reminder that falls due while Stripe is away
    sub = world.start_trial(world.member())
    world.advance(days=22, step=timedelta(days=22))
    world.leap(hours=12)
    world.sandbox.faults.plan(Fault("error", count=10_000, path="/v1/invoices/create_preview"))
    world.tick()
    assert world.mailbox.of_kind("trial_ending") == []

    # when it stays away for half of the time that there is
    world.leap(hours=6)
    world.tick()

    # then the reminder goes out in time, with the price that was agreed
    assert len(world.mailbox.of_kind("trial_ending")) == 1
    assert sub.trial_ends_at is not None
    assert sub.trial_ends_at - world.now >= timedelta(days=7)
