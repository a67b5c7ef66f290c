"""A password is shown while it is typed, on request, and hidden again before it is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core import db
from tests import factories, sites
from tests.serving import served

PAGES = ["/account/sign-up", "/account/sign-in"]


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site, with something on offer."""
    with db.transaction() as session:
        factories.offer(session)
    with served(sites.made()) as running:
        yield running


@pytest.mark.parametrize("path", PAGES)
def test_a_press_shows_what_was_typed_and_the_next_hides_it(
    page: Page, address: str, path: str
) -> None:
    page.goto(address + path)
    field = page.locator("input[autocomplete$=password]")
    field.fill("a few long words here")

    page.get_by_role("button", name="Show").click()

    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    hide = page.get_by_role("button", name="Hide")
    box = hide.bounding_box()
    assert box is not None and box["height"] >= 44
    hide.press("Enter")
    expect(field).to_have_attribute("type", "password")
    expect(field).to_have_value("a few long words here")
    expect(page.get_by_role("button", name="Show")).to_be_focused()


def test_a_password_that_was_shown_is_hidden_when_it_is_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/account/sign-in")
    page.evaluate("document.forms[1].addEventListener('submit', e => e.preventDefault())")
    page.get_by_label("Password").fill("a few long words here")
    page.get_by_role("button", name="Show").click()

    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_label("Password")).to_have_attribute("type", "password")


@pytest.mark.parametrize("path", PAGES)
def test_without_script_no_button_is_there(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + path)

    expect(page.get_by_role("button", name="Show")).to_have_count(0)
    context.close()


def test_going_back_past_a_form_with_mistakes_shows_it_again(page: Page, address: str) -> None:
    # given a form that came back with a mistake and was then sent
    page.goto(f"{address}/account/sign-up")
    page.get_by_label("E-mail address").fill("ada")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="There is")).to_be_visible()
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill("plum ladder tin cup")
    page.get_by_role("button", name="Send me the link").click()
    page.wait_for_url("**/account/sign-up/sent**")

    # when they go back, then it is there, without the password
    page.go_back()
    expect(page.get_by_label("E-mail address")).not_to_be_empty()
    expect(page.get_by_label("Choose a password")).to_have_value("")
