"""The bar below a player's picture stays as it is, and the ring of the keyboard is above it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from core import db
from tests import factories, sites
from tests.serving import served

FOCUS = (255, 227, 168)  # --focus of the player


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site, with one film that has a trailer."""
    with db.transaction() as session:
        film = factories.title(session, name="Wings")
        factories.trailer(session, film, video_id=factories.video(session).id)
    with served(sites.made()) as running:
        yield running


@pytest.mark.parametrize("width", [320, 390, 600, 768, 1280])
def test_no_button_of_the_player_moves_as_the_length_becomes_known(
    page: Page, address: str, width: int
) -> None:
    page.route("**/*.m3u8*", lambda route: None)  # never answered, so that the length is ours
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/film/wings/trailer")
    page.locator(".player__time").wait_for()
    assert page.locator(".player__time").inner_text() == "0:00"
    first = page.locator(".player").evaluate(PLACES)

    page.locator("video").evaluate(AN_HOUR_AND_MORE)

    assert page.locator(".player__time").inner_text() == "0:00 / 1:51:03"
    assert page.locator(".player").evaluate(PLACES) == first


PLACES = """(player) => [player, ...player.querySelectorAll(".player__bar button, input")]
  .map((one) => one.getBoundingClientRect()).map(({ x, y, width, height }) => [x, y, width, height])
"""
AN_HOUR_AND_MORE = """(video) => {
  Object.defineProperty(video, "duration", { value: 6663 });
  video.dispatchEvent(new Event("durationchange"));
}"""


@pytest.mark.parametrize(("wide", "high"), [(667, 375), (844, 390), (915, 412)])
def test_a_telephone_held_sideways_shows_the_whole_picture_and_its_bar(
    page: Page, address: str, wide: int, high: int
) -> None:
    page.route("**/*.m3u8*", lambda route: None)
    page.set_viewport_size({"width": high, "height": wide})
    page.goto(f"{address}/film/wings/trailer")
    page.locator(".player__time").wait_for()
    assert page.evaluate("scrollY") == 0

    page.set_viewport_size({"width": wide, "height": high})

    page.wait_for_function(FILLED)
    page.goto(f"{address}/film/wings/trailer")
    page.locator(".player__time").wait_for()
    assert page.evaluate(FILLED)


def test_a_screen_that_grows_low_takes_nobody_away_from_what_they_type(
    page: Page, address: str
) -> None:
    page.route("**/*.m3u8*", lambda route: None)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{address}/film/wings/trailer")
    page.locator(".player__time").wait_for()
    page.get_by_role("combobox").focus()

    page.set_viewport_size({"width": 1024, "height": 400})  # a keyboard on the screen

    page.wait_for_function("innerHeight === 400")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("scrollY") == 0


FILLED = """() => {
  const [player, bar] = [".player", ".player__bar"]
    .map((one) => document.querySelector(one).getBoundingClientRect());
  return Math.abs(player.top) < 1 && player.bottom <= innerHeight + 1 && bar.top > player.top
    && Math.abs(bar.bottom - player.bottom) < 1;
}"""


@pytest.mark.parametrize(("wide", "high"), [(667, 375), (844, 390)])
def test_a_trailer_in_its_place_is_whole_on_a_telephone_held_sideways(
    page: Page, address: str, wide: int, high: int
) -> None:
    page.route("**/*.m3u8*", lambda route: None)
    page.set_viewport_size({"width": wide, "height": high})
    page.goto(f"{address}/film/wings")

    page.get_by_role("link", name="Watch trailer").click()

    page.locator("dialog .player__time").wait_for()
    assert page.locator("dialog[open]").evaluate("(it) => it.scrollHeight <= it.clientHeight")


def test_a_film_that_was_begun_before_the_script_came_is_shown_as_one_that_plays(
    page: Page, address: str
) -> None:
    page.route("**/*.m3u8*", lambda route: None)
    page.add_init_script(PRESSED_AT_ONCE)

    page.goto(f"{address}/film/wings/trailer")

    page.get_by_role("button", name="Pause (K)").wait_for()
    assert page.locator(".player--begun").count() == 1
    assert page.locator(".player__start").is_hidden()


PRESSED_AT_ONCE = """new MutationObserver((_, seen) => {
  const video = document.querySelector("video");
  if (!video) return;
  seen.disconnect();
  video.muted = true;
  video.play().catch(() => {});
}).observe(document, { childList: true, subtree: true });"""


def test_the_ring_of_the_player_is_seen_all_round_it(page: Page, address: str) -> None:
    page.route("**/*.m3u8*", lambda route: None)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}/film/wings/trailer")
    page.locator(".player__time").wait_for()

    player = page.locator(".player")
    player.evaluate("(player) => player.focus({ focusVisible: true })")
    with Image.open(BytesIO(player.screenshot())) as seen:
        wide, high = seen.size
        sides = [(640, 1), (640, high - 2), (1, high // 2), (wide - 2, high // 2)]
        edge = [seen.convert("RGB").getpixel(side) for side in sides]

    assert edge == [pytest.approx(FOCUS, abs=3)] * 4


@pytest.mark.parametrize("path", ["/film/wings/trailer", "/film/wings/trailer/embed"])
def test_without_script_there_is_no_bar_to_fill(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, seen = context.new_page(), {}
    for width in (320, 600, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address + path)
        seen[width] = page.locator(".player__bar").bounding_box()
    context.close()

    assert seen == {320: None, 600: None, 1280: None}
