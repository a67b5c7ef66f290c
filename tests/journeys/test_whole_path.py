"""The product's promise in one sitting: film, trial, watching, reminder, charge, report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import people, stack
from tests.journeys.stack import Stack

pytestmark = pytest.mark.timeout(420)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything, running."""
    with stack.running(tmp_path_factory.mktemp("product") / "home") as running:
        yield running


def test_a_trial_from_the_film_page_is_watched_reminded_charged_and_reported(
    product: Stack, browser: Browser, page: Page
) -> None:
    # given a prospect who starts a trial from Leaving Las Vegas and watches
    people.sign_up_from_the_film(page, product.site, "ana@example.org")
    people.pay(page)
    expect(page.get_by_role("heading", name="Your trial has started")).to_be_visible()
    assert people.watch(page) > 1

    # when 23 days pass, then one reminder names the day and the amount and leads out
    product.matinee("clock", "advance", "23d")
    reminders = _of_kind(product, "trial_ending")
    assert len(reminders) == 1
    assert "£6.99" in reminders[0] and "/cancel/" in reminders[0]

    # when 8 more pass, then the first payment has been made, once, with a receipt
    product.matinee("clock", "advance", "8d")
    assert len(_of_kind(product, "trial_ending")) == 1
    assert len(_of_kind(product, "receipt")) == 1
    page.goto(f"{product.site}/account")
    people.sign_in(page, product.site, "ana@example.org", people.PASSWORD)
    expect(page.get_by_role("main")).to_contain_text("You are paying £6.99 a month")

    # and the operator's report credits one conversion to that film
    _expect_conversion_at_the_desk(product, browser)
    told = json.loads(product.matinee("report", "conversion", "--by", "month", "--format", "json"))
    assert [(row["starts"], row["ever"]["k"]) for row in told["rows"]] == [(1, 1)]


def test_a_second_trial_of_the_same_card_is_refused_with_a_reason(
    product: Stack, page: Page
) -> None:
    # given another person with a card that has had its trial
    people.sign_up_from_the_film(page, product.site, "bob@example.org")
    people.pay(page, card="5555 5555 5555 4444")
    expect(page.get_by_role("heading", name="Your trial has started")).to_be_visible()
    page.context.clear_cookies()

    # when a new account tries with that card
    people.sign_up_from_the_film(page, product.site, "bobs.other@example.org")
    people.pay(page, card="5555 5555 5555 4444")

    # then it is told so, and nothing plays
    expect(page.get_by_role("heading", name="No second free trial")).to_be_visible()
    page.goto(f"{product.site}/watch/leaving-las-vegas")
    assert "/film/leaving-las-vegas" in page.url


def test_stopping_and_starting_again_keeps_accounts_subscriptions_sandbox_and_clock(
    tmp_path: Path, page: Page
) -> None:
    # given a trial, and a clock that was moved
    with stack.running(tmp_path / "home") as first:
        people.sign_up_from_the_film(page, first.site, "eve@example.org")
        people.pay(page)
        first.matinee("clock", "advance", "2d")
        shown = first.matinee("clock", "show")

    # when everything is stopped and started again
    with stack.running(tmp_path / "home", first.port) as second:
        # then the clock stands, the session opens the account, and the sandbox knows the customer
        assert second.matinee("clock", "show").split(",")[0] == shown.split(",")[0]
        page.goto(f"{second.site}/account")
        expect(page.get_by_role("main")).to_contain_text("Trial: 28 days left")
        second.matinee("clock", "advance", "29d")
        page.goto(f"{second.site}/account")
        expect(page.get_by_role("main")).to_contain_text("You are paying £6.99 a month")


def _of_kind(product: Stack, kind: str) -> list[str]:
    """The plain text of every e-mail of one kind."""
    found = [mail for mail in product.mails() if mail["X-Matinee-Kind"] == kind]
    bodies = [mail.get_body(("plain",)) for mail in found]
    return [body.get_content() for body in bodies if body is not None]


def _expect_conversion_at_the_desk(product: Stack, browser: Browser) -> None:
    desk = browser.new_context(locale="en-GB").new_page()
    there = "/desk/films"
    people.sign_in(desk, product.site, "operator@matinee.example", product.password(), there)
    row = desk.get_by_role("row").filter(has_text="Leaving Las Vegas")
    heads = desk.get_by_role("columnheader").all_inner_texts()
    cells = row.first.locator("th, td").all_inner_texts()
    assert cells[heads.index("Deciding")] == "1"
    assert cells[heads.index("Paid so far")] == "1"
    desk.context.close()
