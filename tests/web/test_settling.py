"""A failed payment is settled with the card that was given, and what became of it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from access.gate import Answer
from accounts.models import Member
from sandbox.faults import Fault
from tests import factories
from tests.billing.stories import put_card
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
    assert "follow the link back to your account: it is charged at once" in said

    world.start_trial(world.member(), DECLINES_LATER)
    world.pass_the_first_charge(by=timedelta(hours=2))
    world.advance(days=13)

    assert len(world.mailbox.of_kind("payment_failed")) == 3


def test_whoever_must_confirm_each_charge_is_told_so_and_led_to_where_it_is_done(
    world: World,
) -> None:
    # given a card whose bank wants every charge confirmed, at the end of a trial
    ada = world.member(email="ada@example.org")
    world.start_trial(ada, ASKS_ALWAYS)
    world.pass_the_first_charge(by=timedelta(hours=2))
    client = world.signed_in(ada)

    # then account, banner, film and e-mail say so, and each leads on
    account, home = client.get("/account").text, text_of(client.get("/").text)
    asked = "Your bank wants you to confirm the payment yourself."
    assert f"failed. {asked} Confirm it before 25 December 2026 to keep" in text_of(account)
    assert 'href="/account/payment">Confirm the payment</a>' in account
    assert "Confirm it before 25 December to keep watching. Confirm the payment" in home
    [mail] = world.mailbox.of_kind("payment_failed")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        said = body.get_content()
        assert asked in said and "refused" not in said and "/account/payment" in said

    # when they confirm it on the provider's page, then it is paid and films play
    confirm(world, client.get("/account/payment").location)
    assert (world.subscription(ada).status, world.gate(ada)) == ("active", Answer.OPEN)
    assert "Confirm" not in text_of(client.get("/account").text)


def confirm(world: World, page: str) -> None:
    """Pay an invoice on its hosted page with a card that asks, and answer the bank."""
    browser, path = Client(world.sandbox), "/i/" + page.partition("/i/")[2]
    asks = browser.post(path, data={"card_number": ASKS_ALWAYS, "exp": "12/34"}).location
    browser.post("/3ds/" + asks.partition("/3ds/")[2], data={"answer": "confirm"})
    world.deliver()


def test_past_the_days_of_grace_the_film_leads_to_the_payment_that_must_be_confirmed(
    world: World,
) -> None:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada, ASKS_ALWAYS)
    world.pass_the_first_charge(by=OVER)

    film = text_of(world.signed_in(ada).get(f"/film/{world.title.slug}").text)

    assert "Confirm the payment and this film plays again at once. Confirm the payment" in film


def test_nobody_is_led_to_a_payment_that_does_not_wait(world: World) -> None:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)

    assert world.signed_in(ada).get("/account/payment").location == "/account"


@pytest.fixture
def bob(world: World) -> Member:
    """Somebody who has paid a month, whose bank wants the next payment confirmed, and for whom
    there is a yearly plan."""
    member = world.member(email="bob@example.org")
    world.start_trial(member)
    world.pass_the_first_charge()
    factories.offer(world.db, code="yearly", amount_minor=6900, interval="year", on_pages=False)
    world.db.commit()
    put_card(world, "pm_card_authenticationRequired")
    world.deliver()
    return member


def change_plan(client: FlaskClient) -> str:
    """Press the button of the yearly plan; what the account says then."""
    shown = client.get("/account/plan").text
    preview = shown.partition('name="preview" value="')[2].partition('"')[0]
    answer = send(client, "/account/plan", preview=preview)
    return text_of(client.get(answer.location).text)


def test_a_change_of_plan_waits_until_its_payment_is_confirmed(world: World, bob: Member) -> None:
    # given a press at which the bank asks
    client = world.signed_in(bob)
    before = world.subscription(bob).period_ends_at
    said = change_plan(client)

    # then nothing is changed, and the account says what it waits for
    assert "Your plan is not changed yet: confirm the payment first." in said
    assert "A change of your plan waits for its payment of £62." in said
    assert "Confirm the payment" in said and "Change plan" not in said
    sub = world.subscription(bob)
    assert (sub.status, sub.amount_minor, sub.period_ends_at) == ("active", 699, before)

    # when it is confirmed, then the plan is changed and paid once
    confirm(world, client.get("/account/payment").location)
    world.tick()
    sub = world.subscription(bob)
    assert (sub.status, sub.amount_minor, sub.interval) == ("active", 6900, "year")
    assert "waits for its payment" not in text_of(client.get("/account").text)
    assert "plan_changed" in [kind for _, kind in world.mailbox.sent]


def test_a_change_of_plan_that_nobody_confirms_is_dropped(world: World, bob: Member) -> None:
    client = world.signed_in(bob)
    before = world.subscription(bob).period_ends_at
    change_plan(client)
    assert client.get("/account/plan").location == "/account"

    world.advance(days=2)

    sub = world.subscription(bob)
    assert (sub.status, sub.amount_minor, sub.period_ends_at) == ("active", 699, before)
    assert "Change plan" in text_of(client.get("/account").text)
    assert not world.mailbox.of_kind("payment_failed")
    world.advance(days=31)
    assert world.subscription(bob).first_failed_at is not None  # the month goes on as it did
