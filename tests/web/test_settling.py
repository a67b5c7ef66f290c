"""A failed payment is settled with the card that was given, and what became of it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from access.gate import Answer
from accounts.models import Member
from sandbox.faults import Fault
from tests.web.forms import send
from tests.web.reading import text_of
from tests.world import World

DECLINES_LATER = "4000000000000341"
NOT_ENOUGH = "4000008260003178"
ASKS_ALWAYS = "4000002760003184"
OVER = timedelta(days=4)  # the days of grace of a first charge, and one more


@pytest.fixture
def ada(world: World) -> Member:
    """Somebody whose first charge was refused, and whose days of grace are over."""
    member = world.member(email="ada@example.org")
    world.start_trial(member, DECLINES_LATER)
    world.pass_the_first_charge(by=OVER)
    return member


def give(world: World, client: FlaskClient, card: str | None) -> None:
    """To the provider's page, another card there, and not back yet."""
    there = send(client, "/account", "/account/card").location
    if card is not None:
        form = {"action": "add_card", "card_number": card, "exp": "12/34", "cvc": "1"}
        browser, path = Client(world.sandbox), "/p/" + there.partition("/p/")[2]
        asks = browser.post(path, data=form).location
        if "/3ds/" in asks:
            browser.post("/3ds/" + asks.partition("/3ds/")[2], data={"answer": "confirm"})


def back(client: FlaskClient) -> str:
    """What the account says on the return from the provider's page."""
    return text_of(client.get("/account/card/changed", follow_redirects=True).text)


def tries(world: World, ada: Member) -> int:
    return world.subscription(ada).invoices[-1].attempt_count


def test_a_card_that_works_settles_what_failed_on_the_return(world: World, ada: Member) -> None:
    client = world.signed_in(ada)
    assert world.gate(ada) is Answer.UPDATE_CARD
    give(world, client, "4242424242424242")

    said = back(client)

    assert "Your payment went through. Your subscription goes on." in said
    assert "Payment failed" not in said and "Update card" not in said
    assert (world.subscription(ada).status, world.gate(ada)) == ("active", Answer.OPEN)
    assert "Your payment went through." not in back(client)


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (DECLINES_LATER, "Your bank refused the payment with this card. Nothing was charged."),
        (NOT_ENOUGH, "Your bank refused the payment with this card. Nothing was charged."),
        (ASKS_ALWAYS, "Your bank wants you to confirm the payment yourself."),
    ],
)
def test_a_card_that_is_refused_is_tried_once_and_the_member_reads_why(
    world: World, ada: Member, card: str, told: str
) -> None:
    client = world.signed_in(ada)
    give(world, client, card)

    first, second = back(client), back(client)

    assert told in first and told in second
    assert len([call for call in world.calls if call.endswith("/pay")]) == 1
    assert (world.subscription(ada).status, world.gate(ada)) == ("past_due", Answer.UPDATE_CARD)


def test_whoever_comes_back_without_another_card_is_charged_nothing(
    world: World, ada: Member
) -> None:
    client, before = world.signed_in(ada), tries(world, ada)
    give(world, client, None)

    assert "Your bank refused the payment with this card." in back(client)

    assert tries(world, ada) == before
    assert not [call for call in world.calls if call.endswith("/pay")]


def test_a_lost_answer_charges_once_and_says_what_to_do(world: World, ada: Member) -> None:
    client = world.signed_in(ada)
    give(world, client, "4242424242424242")
    world.sandbox.faults.plan(
        Fault("reset_after_work", count=3, method="POST", path="/v1/invoices")
    )

    assert "It is charged once at most" in back(client)
    world.sandbox.faults.planned.clear()

    assert "Update card" not in back(client)
    paid = [one for one in world.sandbox.engine.store.all("charge") if one["status"] == "succeeded"]
    assert len(paid) == 1 and world.gate(ada) is Answer.OPEN


def test_nobody_is_charged_on_the_return_who_owes_nothing(world: World) -> None:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    client = world.signed_in(ada)
    give(world, client, "5555555555554444")

    assert "Your bank" not in back(client) and "ending 4444" in back(client)
    assert not [call for call in world.calls if call.endswith("/pay")]


def test_the_help_promises_as_many_e_mails_as_are_sent(world: World) -> None:
    said = text_of(world.site.get("/help").text)
    assert "We e-mail you on that day, and again after three days and after a week" in said

    world.start_trial(world.member(), DECLINES_LATER)
    world.pass_the_first_charge(by=timedelta(hours=2))
    world.advance(days=13)

    assert len(world.mailbox.of_kind("payment_failed")) == 3
