"""The page that answers a visitor's form is still there when they go on and come back to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import sites
from tests.serving import served

FORMS = [
    ("/cancellation", "Cancel my contract", "Your cancellation has reached us"),
    ("/withdraw", "Confirm withdrawal", "Your withdrawal has reached us"),
]


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site alone."""
    with served(sites.made()) as running:
        yield running


@pytest.mark.parametrize(("path", "button", "heading"), FORMS)
def test_a_receipt_that_may_be_printed_is_there_again_on_coming_back(
    page: Page, address: str, path: str, button: str, heading: str
) -> None:
    # given the receipt of a declaration
    page.goto(address + path)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()

    # when they read the help and come back
    page.get_by_role("link", name="Help").click()
    page.wait_for_url("**/help")
    page.go_back()

    # then it is there, and nothing is declared a second time
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
