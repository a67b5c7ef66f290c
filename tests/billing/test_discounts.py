"""What a code takes off is named from the first page to the receipt, and then no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Member
from billing import discounts, plan_changes
from billing.models import CheckoutAttempt
from tests import factories
from tests.web.forms import send, signed_in, text
from tests.web.paying import made_code, started_with
from tests.web.reading import text_of
from tests.world import World


def test_a_code_for_the_first_payment_is_in_every_word_until_it_is_used(world: World) -> None:
    # given half off the first payment, by a code that was typed on the page
    ada = world.member(email="ada@example.org")
    client = signed_in(world, ada)
    attempt = half_off(world, client)

    # when the trial is lived until its first payment
    pages = ["/account", f"/trial/welcome?session_id={attempt.stripe_session_id}"]
    account, welcome = (text_of(text(client.get(page))) for page in pages)
    world.advance(days=23, step=timedelta(days=23))
    world.advance(days=8, step=timedelta(days=8))

    # then pages and e-mails named the half, and after it the whole price
    assert "First payment £3.49 (£6.99 less your discount) on 22 December 2026" in account
    assert "First payment £3.49, plus tax where due Without discount £6.99 a month" in welcome
    assert "First payment: £3.49, plus tax where due, with your discount." in plain(
        world, "trial_started"
    )
    [reminder] = world.mailbox.of_kind("trial_ending")
    assert reminder["Subject"].endswith("£3.49 is due then")
    said = "£3.49: first payment for a month (£6.99 less your discount), plus tax where due"
    assert said in plain(world, "trial_ending")
    sub = world.subscription(ada)
    assert [one.total_minor for one in sub.invoices] == [0, 349]
    assert (sub.off_minor, sub.next_minor) == (0, 699)
    assert "Next payment: £6.99, plus tax where due, on" in plain(world, "receipt")


def half_off(world: World, client: FlaskClient) -> CheckoutAttempt:
    """A trial that was started with a code for half of the first payment."""
    assert world.offer.amount_minor == 699
    coupon = world.at_stripe("post", "/v1/coupons", percent_off=50, duration="once")
    promotion = {"type": "coupon", "coupon": coupon["id"]}
    world.at_stripe("post", "/v1/promotion_codes", code="AUTUMN", promotion=promotion)
    send(client, "/trial?code=AUTUMN", code="AUTUMN")
    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    world.pay(attempt)
    world.deliver()
    world.tick()
    return attempt


def test_halfway_and_after_a_change_of_mind_the_first_payment_is_the_one_that_comes(
    world: World,
) -> None:
    # given half off the first payment
    client = signed_in(world, world.member(email="ada@example.org"))
    half_off(world, client)

    # when half of the trial passes, and it is cancelled and kept after all
    world.advance(days=16)
    send(client, "/account/cancellation")
    world.deliver()
    send(client, "/account", "/account/resumption")
    world.deliver()
    world.tick()

    # then both e-mails name the half
    said = "£3.49 (£6.99 less your discount)"
    assert f"the trial ends, and {said} is the first payment" in plain(world, "halfway")
    assert f"Next payment: {said} on 22 December 2026" in plain(world, "resumed")


def test_in_a_trial_another_plan_is_shown_and_told_at_what_its_first_payment_takes(
    world: World,
) -> None:
    # given half off the first payment, and a yearly plan beside the monthly one
    client = signed_in(world, ada := world.member(email="ada@example.org"))
    half_off(world, client)
    factories.offer(world.db, code="year", interval="year", amount_minor=6900, on_pages=False)
    world.db.commit()

    # when it is looked at and taken
    page = text(client.get("/account/plan"))
    send(client, "/account/plan", preview=page.split('name="preview" value="')[1].split('"')[0])
    world.deliver()
    world.tick()

    # then page, e-mail and charge are of one sum
    shown = text_of(page)
    assert "Today £0.00 First payment £34.50, plus tax where due, on 22 December 2026" in shown
    assert "Without discount £69.00 a year, plus tax where due" in shown
    told = plain(world, "plan_changed")
    assert "Your free days go on. First payment: £34.50 (£69.00 less your discount)" in told
    assert "paid already" not in told
    world.advance(days=31)
    assert [one.total_minor for one in world.subscription(ada).invoices] == [0, 3450]


def test_a_reminder_s_subject_is_the_sum_that_stripe_works_out(world: World) -> None:
    sub = world.start_trial(world.member())
    rate = {"display_name": "VAT", "inclusive": False, "percentage": 20}
    made = world.at_stripe("post", "/v1/tax_rates", **rate)
    path = f"/v1/subscriptions/{sub.stripe_id}"
    world.at_stripe("post", path, default_tax_rates=[made["id"]])

    world.advance(days=23, step=timedelta(days=23))

    [reminder] = world.mailbox.of_kind("trial_ending")
    assert reminder["Subject"].endswith("£8.39 is due then")


@pytest.mark.parametrize(
    ("coupon", "end", "off"),
    [
        ({"percent_off": 50}, None, 350),
        ({"percent_off": 50}, 100, 0),
        ({"percent_off": 50}, 101, 350),
        ({"amount_off": 200, "currency": "gbp"}, None, 200),
        ({"amount_off": 900, "currency": "gbp"}, None, 699),
        ({"amount_off": 200, "currency": "eur"}, None, 0),
        ("coupon_not_fetched", None, 0),
    ],
)
def test_only_a_discount_that_reaches_the_payment_takes_something_off_it(
    coupon: Any, end: int | None, off: int
) -> None:
    said = [{"source": {"coupon": coupon}, "end": end}, "di_not_fetched"]

    assert discounts.off(discounts.terms(said), 699, "gbp", at=100) == off


def plain(world: World, kind: str) -> str:
    [message] = world.mailbox.of_kind(kind)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(
    ("coupon", "pays", "later"),
    [
        ({"amount_off": 200, "currency": "gbp", "duration": "forever"}, 499, 6700),
        ({"percent_off": 100, "duration": "forever"}, 0, 0),
        ({"percent_off": 50, "duration": "once"}, 699, 6900),
    ],
)
def test_after_the_trial_another_plan_is_shown_at_what_its_next_payment_takes(
    world: World, coupon: Any, pays: int, later: int
) -> None:
    # given a month that was paid by a code, and a yearly plan beside it
    client, ada = with_code(world, coupon)
    factories.offer(world.db, code="year", interval="year", amount_minor=6900, on_pages=False)
    world.db.commit()

    # when it is looked at and taken
    page = text(client.get("/account/plan"))
    before = world.subscription(ada).next_minor
    send(client, "/account/plan", preview=page.split('name="preview" value="')[1].split('"')[0])
    world.deliver()

    # then the payment that was shown is the one that the account names afterwards
    assert (before, world.subscription(ada).next_minor) == (pays, later)
    named = "Next payment" if later < 6900 else "Then"
    shown = text_of(page)
    assert f"{named} £{later / 100:.2f}" in shown and "plus tax where due" in shown
    assert ("less your discount while it lasts" in shown) is (pays < 699)


def test_a_pause_names_the_discount_beside_the_price(world: World) -> None:
    client, _ = with_code(world, {"amount_off": 200, "currency": "gbp", "duration": "forever"})
    said = "£6.99 a month, plus tax where due, less your discount while it lasts."

    form = text_of(text(client.get("/account")))
    send(client, "/account", "/account/pause", months="1")
    world.deliver()
    world.tick()
    account = text_of(text(client.get("/account")))

    assert f"then it goes on for {said}" in form
    assert f"Nothing is charged until 22 February 2027, then {said}" in account
    assert f"when it goes on for {said}" in plain(world, "paused")


OFF = {"amount_off": 200, "currency": "gbp"}
WHOLE = "£6.99 a month, plus tax where due."


def test_a_discount_that_lapses_in_a_pause_is_named_for_what_comes_before_alone(
    world: World,
) -> None:
    # given a code of three months, which count from the trial's start: until 22 February
    client, ada = with_code(world, {**OFF, "duration": "repeating", "duration_in_months": 3})

    # when its member pauses from 22 January to that day
    send(client, "/account", "/account/pause", months="1")
    world.deliver()
    world.tick()

    # then the payment after the pause is named whole, and the one without it reduced
    account = text_of(text(client.get("/account")))
    assert f"Nothing is charged until 22 February 2027, then {WHOLE}" in account
    assert "the next payment is £4.99 (£6.99 less your discount) on 22 January 2027" in account
    assert f"when it goes on for {WHOLE}" in plain(world, "paused")
    assert world.subscription(ada).next_minor == 699

    # when it goes on by itself, then that is what is paid
    world.advance(days=63, step=timedelta(days=7))
    assert paid(world, ada) == [499, 699]


def test_whoever_goes_on_within_a_pause_pays_less_while_the_discount_lasts(world: World) -> None:
    # given the same pause, and the days that were paid are over
    client, ada = with_code(world, {**OFF, "duration": "repeating", "duration_in_months": 3})
    send(client, "/account", "/account/pause", months="1")
    world.advance(days=32, step=timedelta(days=8))

    # when its member goes on by the page
    client = signed_in(world, ada)
    account = text(client.get("/account"))
    assert "Go on now for £4.99" in text_of(account)
    charged = account.split('name="charged" value="')[1].split('"')[0]
    send(client, "/account", "/account/pause/end", charged=charged)
    world.deliver()

    # then they pay what it said
    assert paid(world, ada) == [499, 499]


def test_a_discount_for_one_payment_goes_with_the_invoice_that_a_pause_voids(world: World) -> None:
    # given somebody who pays, and is given half off the next payment at Stripe, and pauses
    client, ada = with_code(world, {"percent_off": 100, "duration": "once"})
    coupon = world.at_stripe("post", "/v1/coupons", percent_off=50, duration="once")
    path = f"/v1/subscriptions/{world.subscription(ada).stripe_id}"
    world.at_stripe("post", path, discounts=[{"coupon": coupon["id"]}])
    world.deliver()
    assert world.subscription(ada).next_minor == 349
    send(client, "/account", "/account/pause", months="1")
    world.deliver()

    # then the payment after the pause is named whole, and is
    assert world.subscription(ada).next_minor == 699
    world.advance(days=63, step=timedelta(days=7))
    assert paid(world, ada) == [699]


def paid(world: World, member: Member) -> list[int]:
    """What the member has paid, the oldest first."""
    bills = sorted(world.subscription(member).invoices, key=lambda one: one.created_at)
    return [one.total_minor for one in bills if one.status == "paid" and one.total_minor]


def with_code(world: World, coupon: dict[str, Any]) -> tuple[FlaskClient, Member]:
    """The browser of somebody whose trial began with such a code, and whose first month is over."""
    ada = world.member(email="ada@example.org")
    assert world.offer.active
    made_code(world, "AUTUMN", **coupon)
    send(signed_in(world, ada), "/trial", code="AUTUMN")
    world.pay(world.db.scalars(select(CheckoutAttempt)).one())
    world.deliver()
    world.pass_the_first_charge()
    return signed_in(world, ada), ada


def test_a_code_that_is_limited_to_one_product_is_promised_for_no_other(world: World) -> None:
    # given half off by a code that Stripe limits to the product of the plan that Ada has
    ada = world.member(email="ada@example.org")
    world.open_checkout(world.member(email="first@example.org"), world.offer)
    ours: Any = {"products": [world.offer.stripe_product_id]}
    started_with(world, ada, "HALF", percent_off=50, duration="forever", applies_to=ours)
    assert world.subscription(ada).next_minor == 349
    dear = factories.offer(world.db, code="dear", amount_minor=999, on_pages=False)
    world.db.commit()
    client = signed_in(world, ada)

    # when she looks at another plan, and changes to it
    page = text_of(text(client.get("/account/plan")))
    now = world.now
    shown = plan_changes.preview(world.db, world.stripe, world.subscription(ada), dear, now=now)
    said: Any = {"shown_at": shown.at, "actor": "member", "now": now}
    plan_changes.start(world.db, world.stripe, ada.id, dear, **said)
    world.db.commit()
    world.deliver()

    # then no page promises it of that one, and what is said is charged
    assert "Change to £9.99 a month" in page and "£4.99" not in page
    assert shown.next_minor == 999
    sub = world.subscription(ada)
    assert (sub.off_minor, sub.next_minor) == (0, 999)
    world.advance(days=31, step=timedelta(days=31))
    assert world.subscription(ada).invoices[-1].total_minor == 999
