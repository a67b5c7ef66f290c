"""The product's promise in one sitting: film, trial, watching, reminder, charge, report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import people, stack
from tests.journeys.stack import Stack
from tests.sandbox import contract

ANA = "ana@example.org"


@pytest.mark.timeout(420)
def test_a_trial_from_the_film_page_is_watched_reminded_charged_and_reported(
    tmp_path: Path, browser: Browser, page: Page
) -> None:
    # given a prospect who starts a trial from Leaving Las Vegas and watches
    with stack.running(tmp_path / "home") as product:
        people.sign_up_from_the_film(page, product, ANA)
        people.pay(page)
        expect(page.get_by_role("heading", name="Your trial has started")).to_be_visible()
        assert people.watch(page) > 1

        # when 23 days pass, then one reminder names the amount and leads out
        product.matinee("clock", "advance", "23d")
        (reminder,) = _mails(product, "trial_ending")
        assert "£6.99" in reminder and "/cancel/" in reminder

    # and stopping everything and starting it again forgets nothing
    with stack.running(tmp_path / "home", product.port) as again:
        page.goto(f"{again.site}/account")
        expect(page.get_by_role("main")).to_contain_text("Trial: 7 days left")

        # when 8 more days pass, then the first payment is made, once, with a receipt
        again.matinee("clock", "advance", "8d")
        assert [len(_mails(again, kind)) for kind in ("trial_ending", "receipt")] == [1, 1]
        page.goto(f"{again.site}/account")
        expect(page.get_by_role("main")).to_contain_text("You are paying £6.99 a month")

        _expect_the_conversion_in_the_reports(again, browser)
        _expect_no_second_trial_for_the_same_card(again, browser)
        _expect_traffic_to_fit_the_contract(again)


def _expect_traffic_to_fit_the_contract(product: Stack) -> None:
    """Everything that was said to the sandbox and by it is what Stripe's contract allows."""
    if not (contract.FOLDER / "validate.py").exists():
        return  # the contract is not at hand beside this checkout
    validate = contract.FOLDER / "validate.py"
    command = [sys.executable, str(validate), str(product.traffic)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0 problems"
    assert len(product.traffic.read_text().splitlines()) > 10


def _mails(product: Stack, kind: str) -> list[str]:
    """The plain text of every e-mail of one kind."""
    found = [mail for mail in product.mails() if mail["X-Matinee-Kind"] == kind]
    bodies = [mail.get_body(("plain",)) for mail in found]
    return [body.get_content() for body in bodies if body is not None]


def _expect_the_conversion_in_the_reports(product: Stack, browser: Browser) -> None:
    """The desk credits one trial and one first payment to the film; the command line agrees."""
    desk = browser.new_context(locale="en-GB").new_page()
    there = "/desk/films"
    people.sign_in(desk, product.site, "operator@matinee.example", product.password(), there)
    heads = desk.get_by_role("columnheader").all_inner_texts()
    row = desk.get_by_role("row").filter(has_text="Leaving Las Vegas").first
    cells = row.locator("th, td").all_inner_texts()
    assert cells[heads.index("Deciding")] == "1"
    assert cells[heads.index("Paid so far")] == "1"
    desk.context.close()

    told = json.loads(product.matinee("report", "conversion", "--by", "month", "--format", "json"))
    assert [(row["starts"], row["ever"]["k"]) for row in told["rows"]] == [(1, 1)]


def _expect_no_second_trial_for_the_same_card(product: Stack, browser: Browser) -> None:
    """Another account with the card of the first is told why, and nothing plays."""
    page = browser.new_context(locale="en-GB").new_page()
    people.sign_up_from_the_film(page, product, "somebody.else@example.org")
    people.pay(page)
    expect(page.get_by_role("heading", name="No second free trial")).to_be_visible()
    page.goto(f"{product.site}/watch/leaving-las-vegas")
    assert "/film/leaving-las-vegas" in page.url
    page.context.close()
