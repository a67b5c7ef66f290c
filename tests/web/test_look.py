"""The public pages in a real browser: nothing for axe to find, and nothing to scroll sideways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy.orm import Session

from billing.models import Offer
from core import db
from tests import factories, sites
from tests.browser import FLAGS, faults_on_each_screen, find
from tests.serving import served

ADDRESSES = [
    "/",
    "/browse",
    "/browse?decade=1920&length=long",
    "/film/known",
    "/film/unknown",
    "/film/known/reviews",
    "/film/long/reviews",
    "/film/long/trailer",
    "/film/long/trailer/embed",
    "/genre/literaturverfilmungenliteraturverfilmungen",
    "/person/ada-player",
    "/search",
    "/search?q=known",
    "/search?q=longname",
    "/search?q=zzqqxx",
    "/help",
    "/country?to=/film/known",
    "/account/sign-in",
    "/account/sign-in/link",
    "/account/sign-in/link/none",
    "/account/sign-up?next=/trial?film=known",
    "/cancel",
    "/cancellation",
    "/withdraw",
    "/nowhere",
]


TRANSLATED = """(way) => {
  document.documentElement.dir = way;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim();
    if (!words || texts.currentNode.parentElement.closest("script, style, svg")) continue;
    const longer = Math.ceil(1.4 * words.length);
    texts.currentNode.data = ` ${words} ${words} `.slice(0, longer + 1).padEnd(longer + 2);
  }
  const cut = [...document.querySelectorAll("a, button, h1, h2, label, summary")].filter((one) =>
    one.clientWidth > 1 && getComputedStyle(one).overflowX !== "visible" &&
    getComputedStyle(one).textOverflow === "clip" && one.scrollWidth > one.clientWidth + 1);
  return [document.documentElement.scrollWidth, cut.map((one) => one.textContent.trim())];
}"""


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site, with two films: one of which much is known, one of which nothing is."""
    with db.transaction() as session:
        _furnish(session)
    with served(sites.made()) as running:
        yield running


@pytest.fixture
def large_print(browser: Browser) -> Iterator[Page]:
    """A page of a browser in whose own settings the text is twice as large as usual."""
    args = [*FLAGS, "--no-sandbox", "--blink-settings=defaultFontSize=32"]
    chromium = browser.browser_type.launch(executable_path=find(), args=args)
    yield chromium.new_page()
    chromium.close()


def _furnish(session: Session) -> None:
    offered = {"amount_minor": 699, "currency": "gbp", "interval": "month", "trial_days": 30}
    session.add(Offer(code="standard", name="Matinee", stripe_price_id="price", **offered))
    known = factories.title(
        session,
        name="Known",
        runtime_minutes=90,
        synopsis="It is told.",
        synopsis_long="It is told at length.",
        genres=["Drama", "Literaturverfilmungen" * 2],
        directors=["Di Rector"],
        cast=["Ada Player", "Longname" * 6, *(f"Player {number}" for number in range(9))],
    )
    factories.rating(session, known, source="Matinee members")
    factories.trailer(session, known)
    for spoiler in (False, True):
        factories.review(session, known, text="A long review. " * 40, spoiler=spoiler)
    factories.review(session, known, name="N" * 60, text="R" * 600)
    long = factories.title(session, name="Rindfleischetikettierungs" * 3, slug="long")
    factories.review(session, long)
    factories.trailer(session, long, video_id=factories.video(session).id)
    unknown = factories.title(session, name="W" * 200, slug="unknown", year=None)
    factories.collection(session, "New this week", [known, unknown])


def test_axe_finds_nothing(page: Page, address: str) -> None:
    found = {}
    for path in ADDRESSES:
        page.goto(address + path, wait_until="load")
        found[path] = faults_on_each_screen(page)

    assert found == {path: {} for path in ADDRESSES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whoever_asks_for_more_contrast_reads_no_pale_words(
    page: Page, address: str, scheme: Literal["light", "dark"]
) -> None:
    colours = {}
    for contrast in ("no-preference", "more"):
        page.emulate_media(color_scheme=scheme, contrast=contrast)
        page.goto(f"{address}/film/known", wait_until="load")
        colours[contrast] = page.evaluate(
            "['.muted', 'body'].map((one) => getComputedStyle(document.querySelector(one)).color)"
        )

    pale, ink = colours["more"]
    assert pale == ink in ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert len(set(colours["no-preference"])) > 1


def test_no_page_scrolls_sideways_on_the_narrowest_screen_or_with_text_twice_as_large(
    page: Page, address: str
) -> None:
    def width_of(path: str, root: str) -> int:
        page.goto(address + path, wait_until="load")
        page.evaluate("size => { document.documentElement.style.fontSize = size }", root)
        return int(page.evaluate("document.documentElement.scrollWidth"))

    page.set_viewport_size({"width": 320, "height": 640})
    assert {path: width_of(path, "100%") for path in ADDRESSES} == dict.fromkeys(ADDRESSES, 320)
    page.set_viewport_size({"width": 640, "height": 640})
    assert {path: width_of(path, "200%") for path in ADDRESSES} == dict.fromkeys(ADDRESSES, 640)


@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_no_page_scrolls_sideways_where_translated_words_are_longer_or_run_from_the_right(
    page: Page, address: str, way: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for path in ADDRESSES:
        page.goto(address + path, wait_until="load")
        found[path] = page.evaluate(TRANSLATED, way)

    assert found == {path: [320, []] for path in ADDRESSES}


def test_no_page_scrolls_sideways_on_a_phone_whose_reader_chose_text_twice_as_large(
    large_print: Page, address: str
) -> None:
    def widths_of(path: str) -> list[int]:
        large_print.goto(address + path, wait_until="load")
        found = []
        for width in (320, 390):
            large_print.set_viewport_size({"width": width, "height": 640})
            found.append(large_print.evaluate("document.documentElement.scrollWidth"))
        return found

    found = {path: widths_of(path) for path in ADDRESSES}

    assert large_print.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert found == {path: [320, 390] for path in ADDRESSES}


def test_the_offer_that_follows_leaves_most_of_the_screen_to_the_page_whatever_the_letters(
    page: Page, large_print: Page, address: str
) -> None:
    def covered_by(screen: Page, width: int, height: int) -> int:
        screen.set_viewport_size({"width": width, "height": height})
        screen.goto(f"{address}/film/known", wait_until="load")
        screen.evaluate("document.querySelector('#cast').scrollIntoView()")
        found = screen.evaluate(FOLLOWING)
        assert 0 <= found["left"] < found["right"] <= width
        return int(found["covered"])

    assert 0 < covered_by(page, 320, 640) <= 640 / 4
    assert 0 < covered_by(page, 390, 844) <= 844 / 4
    assert covered_by(large_print, 390, 844) <= 844 / 4


def test_the_lines_of_the_banner_stand_apart_on_the_narrowest_screen(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address, wait_until="load")

    offer, terms = page.evaluate(LINES)

    assert (len(offer) > 1, max(offer) <= min(terms)) == (True, True)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844)])
def test_every_stop_of_the_keyboard_on_a_film_page_is_marked_and_uncovered(
    page: Page, address: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{address}/film/known", wait_until="load")
    stops = page.locator("a[href]:visible, button:visible, input:visible, summary:visible").count()
    wrong = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        wrong += page.evaluate(UNMARKED)

    assert (stops > 20, wrong) == (True, [])


def test_the_ring_of_the_keyboard_is_whole_on_cards_further_down_a_list(
    page: Page, address: str
) -> None:
    with db.transaction() as session:
        for number in range(12):
            factories.title(session, name=f"Further Down {number}")
    page.goto(f"{address}/browse", wait_until="load")
    cards = page.locator(".grid .card__link")
    cards.nth(9).focus()
    page.keyboard.press("Tab")
    card = cards.nth(10)
    assert card.evaluate("here => here === document.activeElement")

    drawn = dict(zip(SIDES, _beside(page, card), strict=True))
    page.evaluate("document.activeElement.blur()")
    bare = dict(zip(SIDES, _beside(page, card), strict=True))

    assert [side for side in SIDES if drawn[side] == bare[side]] == []


SIDES = ("above", "below", "left", "right")


def _beside(page: Page, card: Locator) -> list[bytes]:
    """Pictures of the strips on which the ring stands outside, one a side."""
    box = card.bounding_box()
    assert box is not None
    x, y, width, height = box["x"], box["y"], box["width"], box["height"]
    strips = (
        (x, y - 6, width, 5),
        (x, y + height + 1, width, 5),
        (x - 6, y, 5, height),
        (x + width + 1, y, 5, height),
    )
    return [
        page.screenshot(clip={"x": at, "y": top, "width": wide, "height": high})
        for at, top, wide, high in strips
    ]


FOLLOWING = """() => {
  const bar = document.querySelector(".offer-bar");
  const parts = [...bar.firstElementChild.children].map((part) => part.getBoundingClientRect());
  return {
    covered: Math.max(0, innerHeight - bar.getBoundingClientRect().top),
    left: Math.min(...parts.map((part) => part.left)),
    right: Math.max(...parts.map((part) => part.right)),
  };
}"""


LINES = """() => {
  const lines = (name) => {
    const words = document.createRange();
    words.selectNodeContents(document.querySelector(name));
    return [...words.getClientRects()];
  };
  const [offer, terms] = [lines(".banner__line a"), lines(".banner__terms")];
  return [offer.map((line) => line.bottom), terms.map((line) => line.top)];
}"""


UNMARKED = """() => {
  const here = document.activeElement;
  const box = here.getBoundingClientRect();
  const bar = document.querySelector(".offer-bar");
  const over = bar.getBoundingClientRect();
  const kept = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom);
  const fits = box.height < innerHeight - kept; // the card of an endless name does not
  const covered = fits && !bar.contains(here) && box.top < over.bottom && box.bottom > over.top;
  const marked = getComputedStyle(here).outlineStyle !== "none";
  return marked && !covered ? [] : [here.outerHTML.slice(0, 80)];
}"""
