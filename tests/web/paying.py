"""What tests of the way to payment share: somebody with a trial behind them, a code, the last
button pressed, what Stripe was told."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from billing.models import CheckoutAttempt
from tests.web.forms import send, signed_in

FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def ada(world):
    assert world.offer.active and world.title.slug == "leaving-las-vegas"
    return world.member(email="ada@example.org")


def attempts(world):
    return world.db.scalar(select(func.count()).select_from(CheckoutAttempt))


def stripes_words(world):
    """What Stripe's page says above its button, in the checkout that was opened last."""
    attempt = world.rows(CheckoutAttempt)[-1]
    session = world.at_stripe("get", f"/v1/checkout/sessions/{attempt.stripe_session_id}")
    return session["custom_text"]["submit"]["message"]


def had_their_trial(world, member):
    """A member whose trial has been cancelled and is over."""
    world.start_trial(member)
    send(signed_in(world, member), "/account/cancellation")
    world.deliver()
    world.advance(days=32, step=timedelta(days=16))


def pressed(client, page, path="/trial"):
    """Press the last button of a page that was opened earlier."""
    form = page.partition('method="post"')[2].partition("</form>")[0]
    return client.post(path, data={name: unescape(value) for name, value in FIELDS.findall(form)})


def made_code(world, name, code=(), **coupon):
    """A promotion code at Stripe; ``code`` is what is said of it, the others of its coupon."""
    coupon = world.at_stripe("post", "/v1/coupons", **coupon)
    promotion = {"type": "coupon", "coupon": coupon["id"]}
    return world.at_stripe(
        "post", "/v1/promotion_codes", code=name, promotion=promotion, **dict(code)
    )


def started_with(world, member, name, *, made=False, **coupon):
    """What ``member`` has by a code that was typed on the page, paid for and heard of."""
    assert world.offer.active
    if not made:
        made_code(world, name, **coupon)
    send(signed_in(world, member), f"/trial?code={name}", code=name)
    attempt = world.rows(CheckoutAttempt)[-1]
    world.pay(attempt)
    world.deliver()
    world.tick()
    return attempt
