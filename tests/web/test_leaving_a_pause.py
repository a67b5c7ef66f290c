"""Cancelling what is paused: it leaves, nothing more is charged, and it can be kept as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from access import explanation, standing
from access.gate import Answer
from access.standing import State
from accounts.models import Member
from tests.web.forms import send, signed_in
from tests.web.reading import text_of
from tests.world import World

PAID_UNTIL = "22 January 2027"


@pytest.fixture
def ada(world: World) -> Member:
    """Somebody who has paid a month and pauses three from its end."""
    member = world.member(email="ada@example.org")
    world.start_trial(member)
    world.pass_the_first_charge()
    send(signed_in(world, member), "/account", "/account/pause", months="3")
    world.deliver()
    return member


def left(world: World, ada: Member) -> FlaskClient:
    """A browser in which she has just cancelled, and every e-mail that followed is sent."""
    client: FlaskClient = signed_in(world, ada)
    send(client, "/account/cancellation")
    world.deliver()
    world.tick()
    return client


def said(client: FlaskClient, address: str) -> str:
    return text_of(client.get(address).text)


def mailed(world: World, kind: str) -> str:
    mail = world.mailbox.of_kind(kind)[-1]
    body = mail.get_body(("plain",))
    assert body is not None
    return f"{mail['Subject']}\n{body.get_content()}"


def test_whoever_cancels_a_pause_reads_that_it_is_cancelled(world: World, ada: Member) -> None:
    client = left(world, ada)

    done, account = said(client, "/account/cancellation/done"), said(client, "/account")
    until = f"You can watch until {PAID_UNTIL}. Nothing will be charged."
    assert until in done and "Undo" in done and "It has ended" not in done
    assert f"Cancelled. {until} If you keep it, it stays paused" in account
    assert "Keep my subscription" in account and "Go on now" not in account
    assert f"It is cancelled already. You can watch until {PAID_UNTIL}" in said(
        client, "/account/cancellation"
    )
    assert "You can watch until 22 January 2027. Keep my subscription" in said(client, "/")
    assert f"Cancelled: you can watch until {PAID_UNTIL}" in mailed(world, "cancelled")


def test_going_on_is_refused_while_it_is_cancelled_and_nothing_is_charged(
    world: World, ada: Member
) -> None:
    world.advance(days=45, step=timedelta(days=5))
    client = left(world, ada)
    paid = [one.stripe_id for one in world.subscription(ada).invoices]

    refused = send(client, "/account", "/account/pause/end")

    assert (refused.status_code, "Keep it first" in refused.text) == (409, True)
    world.deliver()
    sub = world.subscription(ada)
    assert sub.pause_behavior == "void" and sub.cancel_at_period_end
    assert [one.stripe_id for one in sub.invoices] == paid


def test_once_the_paid_days_are_over_no_page_or_mail_says_that_films_play(
    world: World, ada: Member
) -> None:
    world.advance(days=45, step=timedelta(days=5))
    asked = said(signed_in(world, ada), "/account/cancellation")
    assert "Nothing more will be charged." in asked
    client = left(world, ada)

    pages = ("/account", "/account/cancellation", "/account/cancellation/done", "/")
    told = [asked, *(said(client, page) for page in pages), mailed(world, "cancelled")]

    assert world.gate(ada) is Answer.SEE_ACCOUNT
    assert not [words for words in told if "You can watch until" in words]
    assert "Cancelled. It ends on 22 February 2027; until then no film plays." in told[1]
    assert "Keep my subscription" in told[1] and "Undo" in told[3]
    assert "Keep it, paused as it is, until 22 February 2027" in told[-1]
    why = explanation.of(world.db, ada, now=world.now).why
    assert why == "the subscription was cancelled and the paid time is over"
    assert "opens no film just now" in said(client, f"/film/{world.title.slug}")


def test_whoever_keeps_what_is_paused_is_told_that_the_pause_goes_on(
    world: World, ada: Member
) -> None:
    client = left(world, ada)

    send(client, "/account", "/account/resumption")
    world.deliver()
    world.tick()

    account = said(client, "/account")
    assert "Your pause begins on" in account and "Do not pause" in account
    mail = mailed(world, "resumed")
    assert "It stays paused. Nothing is charged until 22 April 2027" in mail
    assert "Next payment" not in mail
    assert standing.of(world.db, ada, now=world.now).state is State.PAUSED


def test_it_ends_with_its_period_and_nothing_was_charged(world: World, ada: Member) -> None:
    left(world, ada)

    world.advance(days=60, step=timedelta(days=10))

    sub = world.subscription(ada)
    assert sub.status == "canceled"
    assert [one.total_minor for one in sub.invoices if one.status == "paid"] == [0, 699]


def test_a_pause_that_is_cancelled_before_its_mail_is_sent_is_not_written_about(
    world: World, ada: Member
) -> None:
    left(world, ada)

    assert not world.mailbox.of_kind("paused")


def test_the_receipt_of_the_form_says_that_films_play_only_where_they_do(
    world: World, ada: Member
) -> None:
    client = signed_in(world, ada)
    form = {"name": "Ada", "email": "ada@example.org", "kind": "ordinary"}
    send(client, "/cancellation", **form)
    world.tick()
    assert "You can watch until then, and nothing is charged after it." in mailed(
        world, "termination"
    )

    send(client, "/account", "/account/resumption")
    world.advance(days=45, step=timedelta(days=5))
    send(signed_in(world, ada), "/cancellation", **form)
    world.tick()

    assert "Nothing is charged after it." in mailed(world, "termination")


def test_a_receipt_announces_no_payment_that_will_not_come(world: World) -> None:
    # given a receipt that waits while its member cancels
    member = world.member(email="eve@example.org")
    world.start_trial(member)
    world.leap(days=31)
    world.deliver()
    left(world, member)

    # then it thanks and says no more
    receipt = mailed(world, "receipt")
    assert "£6.99 paid, thank you" in receipt
    assert "Next payment" not in receipt and "To stop" not in receipt


def test_a_receipt_names_the_day_on_which_a_pause_ends_as_that_of_the_next_payment(
    world: World,
) -> None:
    member = world.member(email="eve@example.org")
    world.start_trial(member)
    world.leap(days=31)
    world.deliver()
    send(signed_in(world, member), "/account", "/account/pause", months="3")
    world.deliver()
    world.tick()

    receipt = mailed(world, "receipt")
    assert "on 22 April 2027" in receipt and "To stop, cancel at any time" in receipt


def test_whoever_has_paused_hears_of_a_card_that_ends_before_the_pause_does(
    world: World, ada: Member
) -> None:
    # given a pause until 22 April and a card that is good for January
    method = world.at_stripe("get", "/v1/payment_methods", customer=_customer(world))["data"][0]
    ends: dict[str, object] = {"exp_month": 1, "exp_year": 2027}
    world.at_stripe("post", f"/v1/payment_methods/{method['id']}", card=ends)
    world.deliver()

    # then nothing is said before periods that are not charged, and the true day three weeks before
    world.advance(days=90, step=timedelta(days=10))
    assert not world.mailbox.of_kind("card_expiring")
    world.advance(days=21, step=timedelta(days=7))
    assert "is due on 22 April 2027" in mailed(world, "card_expiring")


def _customer(world: World) -> str:
    return str(world.at_stripe("get", "/v1/customers")["data"][0]["id"])


def test_whose_pause_ends_by_itself_reads_that_it_is_over(world: World, ada: Member) -> None:
    world.advance(days=121, step=timedelta(days=11))

    told = mailed(world, "unpaused")
    assert "Your pause is over: your subscription goes on" in told
    assert "Next payment: £6.99 on 22 May 2027" in told
    assert not world.mailbox.of_kind("resumed")


def test_whoever_goes_on_sooner_reads_the_day_of_the_new_period(world: World, ada: Member) -> None:
    world.advance(days=45, step=timedelta(days=15))
    charged = {"charged": "699"}
    send(signed_in(world, ada), "/account", "/account/pause/end", **charged)
    world.deliver()
    world.tick()

    told = mailed(world, "unpaused")
    assert f"£6.99 on {world.subscription(ada).period_ends_at:%-d %B %Y}" in told
    assert "same dates" not in told and not world.mailbox.of_kind("resumed")


def test_an_old_form_pauses_nothing_that_was_cancelled(world: World, ada: Member) -> None:
    client = left(world, ada)

    refused = send(client, "/account", "/account/pause", months="3")

    assert refused.status_code == 409
    assert "Your subscription is paused." not in client.get("/account").text


def test_a_week_that_was_paused_at_stripe_is_no_error_of_ours(world: World, ada: Member) -> None:
    recurring: dict[str, object] = {"interval": "week"}
    weekly: dict[str, object] = {"currency": "gbp", "unit_amount": 199, "recurring": recurring}
    price = world.at_stripe("post", "/v1/prices", product_data={"name": "A week"}, **weekly)
    sub = world.at_stripe("get", f"/v1/subscriptions/{world.subscription(ada).stripe_id}")
    items = [{"id": sub["items"]["data"][0]["id"], "price": price["id"]}]
    world.at_stripe("post", f"/v1/subscriptions/{sub['id']}", items=items)
    world.deliver()

    client = signed_in(world, ada)

    assert "Nothing is charged until 22 April 2027" in said(client, "/account")
    assert send(client, "/account", "/account/pause", months="1").status_code == 409


@pytest.mark.parametrize("months", ["99999999999999999999", "0", "-1", "4"])
def test_no_pause_is_of_so_many_months(world: World, ada: Member, months: str) -> None:
    answer = send(signed_in(world, ada), "/account", "/account/pause", months=months)

    assert answer.status_code == 409
