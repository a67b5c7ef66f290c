"""The suggestions below the search box in a real browser: they follow what is typed, and go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from core import db
from tests import factories, sites
from tests.serving import served

ANSWERS = "**/suggestions.json*"


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site with films whose names begin alike, one of them endless."""
    with db.transaction() as session:
        for name in ("Wings", "Wing It", "Wing" + "g" * 396):
            factories.title(session, name=name, slug=name[:9].lower().replace(" ", "-"))
    with served(sites.made()) as running:
        yield running


def opened(page: Page, address: str) -> tuple[Locator, Locator]:
    """The box of the front page, and the list below it."""
    page.goto(address)
    return page.get_by_role("combobox"), page.locator(".suggestions")


@pytest.mark.parametrize("key", ["Tab", "Escape"])
def test_suggestions_that_arrive_when_one_has_left_open_nothing(
    page: Page, address: str, key: str
) -> None:
    # given words that were asked and are not answered yet
    waiting: list[Route] = []
    page.route(ANSWERS, lambda route: waiting.append(route), times=1)
    box, suggestions = opened(page, address)
    with page.expect_request(ANSWERS):
        box.press_sequentially("wing")

    # when one leaves, then the answer comes, and a later one of the same
    box.press(key)
    with page.expect_response(ANSWERS):
        waiting[0].continue_()
    page.evaluate("async () => (await fetch('/search/suggestions.json?q=wing')).json()")

    # then nothing has opened
    expect(suggestions).to_be_hidden()
    assert box.get_attribute("aria-expanded") == "false"


def test_words_that_one_leaves_at_once_are_never_asked(page: Page, address: str) -> None:
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "suggestions" in one.url else None)
    page.clock.install()
    box, _ = opened(page, address)

    box.press_sequentially("wing")
    box.press("Tab")
    page.clock.run_for(1000)

    assert asked == []


def test_who_types_on_has_chosen_nothing_and_searches_for_the_words(
    page: Page, address: str
) -> None:
    box, suggestions = opened(page, address)
    box.press_sequentially("win")
    expect(suggestions).to_be_visible()
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "header-q-list-0")

    box.press("g")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("Enter")

    page.wait_for_url("**/search?q=wing")


def test_keys_that_choose_among_kanji_move_and_open_nothing(page: Page, address: str) -> None:
    box, suggestions = opened(page, address)
    box.press_sequentially("wing")
    expect(suggestions).to_be_visible()

    for key in ("ArrowDown", "Enter"):
        composing = {"key": key, "isComposing": True, "bubbles": True, "cancelable": True}
        box.dispatch_event("keydown", composing)

    assert box.get_attribute("aria-activedescendant") is None
    assert page.url == f"{address}/"
    expect(suggestions).to_be_visible()


def test_an_endless_name_widens_no_page_and_each_line_comes_into_view(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 800, "height": 300})
    box, suggestions = opened(page, address)
    box.press_sequentially("wing")
    expect(suggestions).to_be_visible()

    box.press("ArrowUp")

    last = suggestions.get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    expect(last).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth") == 800
