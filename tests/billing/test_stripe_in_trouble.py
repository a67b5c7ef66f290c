"""Stripe that answers 429, 500, nothing or half: people read a sentence, nothing is doubled."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from access.gate import Answer
from billing import refunds
from billing.gateway import StripeUnavailable
from billing.models import Audit, CheckoutAttempt, Customer, Invoice
from sandbox.faults import KEPT, KINDS, PASSING, Fault
from tests.queries import counted
from tests.world import HALF_DAY, World

WHERE = ("/v1/customers", "/v1/products", "/v1/prices", "/v1/checkout/sessions")


def press(browser: FlaskClient) -> tuple[int, str]:
    """Load the page of terms and send its form; status and words of the answer."""
    page = browser.get("/trial").text
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.post("/trial", data={"csrf_token": csrf})
    return answer.status_code, answer.text


def made(world: World) -> dict[str, int]:
    """How many of each there are at Stripe."""
    store = world.sandbox.engine.store
    return {name: len(list(store.all(name))) for name in ("customer", "product", "price")}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_start_that_stripe_troubles_ends_in_one_checkout(
    world: World, kind: str, where: str
) -> None:
    # given a Stripe that fails for as long as one request tries, and a member who presses
    browser = world.signed_in(world.member())
    assert world.offer.stripe_price_id is None
    world.sandbox.faults.plan(Fault(kind, count=3, method="POST", path=where, seconds=0))
    status, words = press(browser)

    # then they read a sentence, unless the trouble could be waited out
    assert status in (303, 503)
    assert status == 303 or "payment provider is not answering" in words

    # when they press again, and once more
    world.sandbox.faults.planned.clear()
    assert {press(browser)[0], press(browser)[0]} == {303}

    # then one customer, one product, one price and one open page were made
    assert made(world) == {"customer": 1, "product": 1, "price": 1}
    sessions = list(world.sandbox.engine.store.all("checkout.session"))
    assert len([one for one in sessions if one["status"] == "open"]) == 1
    assert len(world.rows(Customer)) == 1
    assert len(world.rows(CheckoutAttempt, state="open")) == 1


@pytest.mark.parametrize("kind", PASSING)
def test_a_whole_life_under_trouble_is_charged_once(world: World, kind: str) -> None:
    # given a trial, and a Stripe that troubles every look at it for a while, again and again
    ada = world.member()
    world.start_trial(ada)
    for _ in range(3):
        world.sandbox.faults.plan(Fault(kind, count=7, path="/v1/", seconds=0))
        world.advance(days=11, step=HALF_DAY)
    world.sandbox.faults.planned.clear()
    world.advance(days=1)

    # then it was charged once, reminded once, and the gate is open
    charges = list(world.sandbox.engine.store.all("charge"))
    assert len([one for one in charges if one["status"] == "succeeded"]) == 1
    assert len(world.mailbox.of_kind("receipt")) == 1
    assert len(world.mailbox.of_kind("trial_ending")) == 1
    assert world.gate(ada) is Answer.OPEN


@pytest.mark.parametrize("has_ended", [False, True])
def test_the_gate_asks_stripe_nothing_and_the_database_twice_at_most(
    world: World, has_ended: bool
) -> None:
    # given a member, whose trial has ended or runs
    ada = world.member()
    sub = world.start_trial(ada)
    if has_ended:
        world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
        world.deliver()
    asked, title = len(world.calls), world.title
    world.db.refresh(ada)
    world.db.refresh(title)

    # when the gate is read
    with counted(world.db) as queries:
        answer = world.gate(ada)

    # then Stripe was not asked, and the database little
    assert (answer is Answer.OPEN) is not has_ended
    assert len(world.calls) == asked
    assert len(queries) <= 2, queries


def _paid(world: World) -> Invoice:
    world.offer.trial_days = 0
    ada = world.member()
    world.start_trial(ada)
    world.db.commit()
    return next(one for one in world.subscription(ada).invoices if one.total_minor)


def _give(world: World, invoice: Invoice) -> int:
    said: dict[str, Any] = {"actor": "operator:1", "reason": "asked for", "now": world.now}
    given = refunds.give(world.db, world.stripe, invoice, amount_minor=200, **said)
    world.db.commit()
    return given


def _given_at_stripe(world: World) -> list[int]:
    return [one["amount"] for one in world.sandbox.engine.store.all("refund")]


def test_a_refund_that_stripe_keeps_as_failed_is_given_at_the_next_press(world: World) -> None:
    # given a failure of Stripe's that it repeats for a day under the key it was asked by
    invoice = _paid(world)
    world.sandbox.faults.plan(Fault(KEPT, method="POST", path="/v1/refunds"))
    with pytest.raises(StripeUnavailable):
        _give(world, invoice)
    assert _given_at_stripe(world) == []

    # when the operator presses again, and once more while the news is on its way
    assert (_give(world, invoice), _give(world, invoice)) == (200, 200)

    # then the money went back once, and the audit keeps the try that failed and the one that did
    assert _given_at_stripe(world) == [200]
    asked = world.rows(Audit, action="payment.refund")
    assert [row.after.get("answer") for row in asked] == ["failed", None]


def test_a_refund_that_was_given_although_stripe_said_it_failed_is_not_given_again(
    world: World,
) -> None:
    # given a refund that was made behind an answer that said it failed
    invoice = _paid(world)
    world.sandbox.faults.plan(Fault("error_after_work", count=3, method="POST", path="/v1/refunds"))
    with pytest.raises(StripeUnavailable):
        _give(world, invoice)
    world.sandbox.faults.planned.clear()

    # when the operator presses again, then Stripe is read and not asked for it a second time
    assert _give(world, invoice) == 200
    assert _given_at_stripe(world) == [200]
    assert world.rows(Invoice, id=invoice.id)[0].refunded_minor == 200
