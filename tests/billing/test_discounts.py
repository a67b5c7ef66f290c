"""What a code takes off is named from the first page to the receipt, and then no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from billing import discounts
from billing.models import CheckoutAttempt
from tests.web.forms import send, signed_in, text
from tests.web.reading import text_of
from tests.world import World


def test_a_code_for_the_first_payment_is_in_every_word_until_it_is_used(world: World) -> None:
    # given half off the first payment, by a code that was typed on the page
    ada = world.member(email="ada@example.org")
    assert world.offer.amount_minor == 699
    coupon = world.at_stripe("post", "/v1/coupons", percent_off=50, duration="once")
    promotion = {"type": "coupon", "coupon": coupon["id"]}
    world.at_stripe("post", "/v1/promotion_codes", code="AUTUMN", promotion=promotion)
    client = signed_in(world, ada)
    send(client, "/trial?code=AUTUMN", code="AUTUMN")
    attempt = world.db.scalars(select(CheckoutAttempt)).one()

    # when the trial is started and lived until its first payment
    world.pay(attempt)
    world.deliver()
    world.tick()
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

    assert discounts.off(said, 699, "gbp", at=100) == off


def plain(world: World, kind: str) -> str:
    [message] = world.mailbox.of_kind(kind)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
