"""The page after payment, at once and much later: it says how things stand when it is opened."""

from __future__ import annotations

import re

import pytest

from accounts.models import Member
from tests.web.forms import send, text
from tests.web.reading import text_of
from tests.world import World


@pytest.fixture
def ada(world: World) -> Member:
    assert world.offer.active and world.title.slug == "leaving-las-vegas"
    return world.member(email="ada@example.org")


def bookmarked(world: World, member: Member) -> str:
    """The address of the page behind a checkout that was paid."""
    attempt = world.open_checkout(member)
    world.pay(attempt)
    world.deliver()
    return f"/trial/welcome?session_id={attempt.stripe_session_id}"


def heading(page: str) -> str:
    """The h1, which the title of the window repeats."""
    title, h1 = re.findall(r"<(?:title|h1)>(.+?)</(?:title|h1)>", page)
    assert title == f"{h1} \N{EN DASH} Matinee"
    return str(h1)


def test_a_trial_that_runs_can_be_cancelled_from_here(world: World, ada: Member) -> None:
    page = text(world.signed_in(ada).get(bookmarked(world, ada)))

    assert heading(page) == "Your trial has started"
    assert "Cancel the trial</a>" in page


def test_that_a_card_begins_one_trial_stands_beside_the_terms_and_in_the_refusal(
    world: World, ada: Member
) -> None:
    rule, bob = "each card may begin one.", world.member(email="bob@example.org")
    form = text(world.site.get("/account/sign-up"))
    before = text(world.signed_in(bob).get("/trial"))
    bookmarked(world, ada)

    there, browser = bookmarked(world, bob), world.signed_in(bob)
    refused = text_of(text(browser.get(f"{there}&film=leaving-las-vegas")))

    assert [rule in page for page in (form, before, refused)] == [True] * 3
    assert "This card has already begun a free trial here" in refused
    assert "You can still watch Leaving Las Vegas and all else that plays here" in refused
    assert "on which you subscribe, for £6.99 a month, plus tax where due." in refused
    assert rule in text(browser.get("/account")) and rule in text(browser.get("/trial"))


def test_a_trial_that_was_cancelled_says_until_when_and_offers_no_second_cancelling(
    world: World, ada: Member
) -> None:
    there, browser = bookmarked(world, ada), world.signed_in(ada)
    send(browser, "/account/cancellation")

    page = text(browser.get(there))

    assert heading(page) == "You can watch until 22 December 2026"
    assert "Your trial is cancelled. Nothing will be charged." in page
    assert 'href="/account/cancellation"' not in page


def test_a_trial_that_is_over_leads_to_the_account(world: World, ada: Member) -> None:
    there, browser = bookmarked(world, ada), world.signed_in(ada)
    send(browser, "/account/cancellation")
    world.pass_the_first_charge()

    answer = world.signed_in(ada).get(there)

    assert (answer.status_code, answer.location) == (303, "/account")


def test_a_checkout_that_nobody_paid_leads_to_the_account_once_it_has_closed(
    world: World, ada: Member
) -> None:
    attempt = world.open_checkout(ada)
    world.advance(hours=2)

    answer = world.signed_in(ada).get(f"/trial/welcome?session_id={attempt.stripe_session_id}")

    assert (answer.status_code, answer.location) == (303, "/account")


def test_who_pays_after_an_earlier_trial_reads_nothing_of_one(world: World, ada: Member) -> None:
    bookmarked(world, ada)
    send(world.signed_in(ada), "/account/cancellation")
    world.pass_the_first_charge()

    page = text(world.signed_in(ada).get(bookmarked(world, ada)))

    assert heading(page) == "You can watch now"
    assert "Cancel the subscription</a>" in page
    assert "trial has started" not in page


def test_before_that_payment_the_price_is_told_without_the_word_free(
    world: World, ada: Member
) -> None:
    bookmarked(world, ada)
    send(world.signed_in(ada), "/account/cancellation")
    world.pass_the_first_charge()

    page = text_of(text(world.signed_in(ada).get("/trial")))

    assert "Subscribe to Matinee" in page and "£6.99 a month" in page
    assert re.search("free", page, re.IGNORECASE) is None


@pytest.mark.parametrize(
    "again, told", [(0, "We are confirming your card"), (10, "This takes longer than usual")]
)
def test_a_payment_that_is_not_heard_of_yet_is_looked_for_ten_times(
    world: World, ada: Member, again: int, told: str
) -> None:
    attempt = world.open_checkout(ada)
    there = f"/trial/welcome?session_id={attempt.stripe_session_id}&again={again}"

    page = text(world.signed_in(ada).get(there))

    assert heading(page) == told
    assert ('http-equiv="refresh"' in page) == (again < 10)
