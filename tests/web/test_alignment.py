"""What stands in line with what on a page in a real browser: rows with their column, values with
each other, what is wrong with its form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from catalog import similar_finding
from catalog.models import Title
from core import db
from tests import factories, sites
from tests.serving import served

FROM_RIGHT = "نوسفراتو"


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site, with a film and a row of others like it."""
    with db.transaction() as session:
        factories.offer(session)
        factories.title(session, name="Wings")
        for number in range(10):
            factories.title(session, name=f"Like It {number}")
        factories.title(session, name=FROM_RIGHT, slug="from-right")
        similar_finding.refresh(session, now=factories.NOW)
        factories.collection(session, "Ours", list(session.scalars(select(Title))))
    with served(sites.made()) as running:
        yield running


def test_a_row_goes_to_the_edges_of_a_phone_and_ends_with_its_column_on_a_wide_screen(
    page: Page, address: str
) -> None:
    seen = {}
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/film/wings", wait_until="load")
        row = page.locator(".rail").first
        box, card = row.bounding_box(), row.locator(".card").first.bounding_box()
        column = page.locator(".section h2").first.bounding_box()
        assert box and card and column
        cut = row.evaluate("(row) => parseFloat(getComputedStyle(row).clipPath.split(' ')[1]) || 0")
        seen[width] = (box["x"] + cut, box["x"] + box["width"] - cut)
        assert card["x"] == column["x"]

    assert seen == {390: (0, 390), 1280: (80, 1200)}


def test_a_row_of_the_front_page_is_not_cut_before_the_edge_of_a_phone(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address, wait_until="load")
    section = page.locator(".section--rail").first

    row = section.locator(".rail").bounding_box()
    margin = section.evaluate("(box) => parseFloat(getComputedStyle(box).overflowClipMargin)")

    box = section.bounding_box()
    assert row and box
    assert (row["x"], row["x"] + row["width"]) == (0, 390)
    assert box["x"] - margin <= 0 and box["x"] + box["width"] + margin >= 390


def test_a_name_from_right_to_left_stands_above_its_year(page: Page, address: str) -> None:
    page.goto(f"{address}/search?q={FROM_RIGHT}", wait_until="load")

    lefts = page.locator(".card").first.evaluate(LEFT_OF_WORDS)

    assert lefts["name"] == lefts["year"]


LEFT_OF_WORDS = """(card) => {
  const left = (name) => {
    const range = document.createRange();
    range.selectNodeContents(card.querySelector(name));
    return range.getBoundingClientRect().left;
  };
  return { name: left(".card__name"), year: left(".card__meta") };
}"""


def test_the_line_of_a_trial_goes_from_the_middle_of_a_dot_to_the_middle_of_the_next(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/film/wings", wait_until="load")

    days = page.locator(".time-line li").evaluate_all(LINES)

    *before, last = days
    assert last["line"] == "none"
    for day in before:
        assert day["from"] == pytest.approx(day["dot"], abs=0.5)
        assert day["to"] == pytest.approx(day["dot"], abs=0.5)


LINES = """(days) => days.map((day) => {
  const [line, dot] = ["::before", "::after"].map((part) => getComputedStyle(day, part));
  return {
    line: line.content,
    dot: parseFloat(dot.top) + parseFloat(dot.height) / 2,
    from: parseFloat(line.top),
    to: -parseFloat(line.bottom),
  };
})"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_values_of_a_trial_begin_below_each_other_and_stay_in_their_column(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/account/sign-up?next=/trial?film=wings", wait_until="load")

    names, values = (
        page.locator(f".terms-list {part}").evaluate_all(
            "(all) => all.map((one) => [one.offsetLeft, one.offsetLeft + one.scrollWidth])"
        )
        for part in ("dt", "dd")
    )

    assert len({left for left, _ in values}) == 1
    assert max(right for _, right in names) < values[0][0]
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_summary_of_errors_is_as_wide_as_its_form(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/account/sign-in")
    page.locator("main form [type=submit]").click()

    told, form, heading = (
        page.locator(f"main {name}").bounding_box() for name in (".error-summary", ".form", "h1")
    )

    assert told and form and heading
    assert told["width"] == form["width"]
    assert heading["y"] - (told["y"] + told["height"]) == 24
