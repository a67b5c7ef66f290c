"""What a player shows in a real browser before it plays: the operator's still, as wide as fits."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from catalog import pictures
from core import db
from tests import factories, sites
from tests.serving import served
from tests.web.test_artwork_pages import picture

STILL = ".player__still img"
SHOWN = f"document.querySelector('{STILL}').currentSrc.split('/').pop()"
TRAILER = "/film/wings/trailer"
TAKEN_AWAY = """HTMLSourceElement.prototype.remove = function () {
  window.takenAway = this;
  this.parentNode.removeChild(this);
};"""
FOCUS, STILL_COLOUR = (255, 227, 168), (0, 0, 128)  # --focus of the player, and navy


@pytest.fixture
def address(fresh_database: str, home: Path) -> Iterator[str]:
    """The site, with one film that has a trailer and a still of the operator's."""
    with db.transaction() as session:
        film = factories.title(session, name="Wings")
        video = factories.video(session)
        factories.trailer(session, film, video_id=video.id)
        folder = home / "media" / video.folder
        folder.mkdir(parents=True)
        (folder / "whole.mp4").touch()
        pictures.put(session, film, picture(), kind="still", now=factories.NOW)
    with served(sites.made()) as running:
        yield running


def test_a_still_is_as_wide_as_the_screen_needs_and_covers_the_video_until_something_is_sought(
    page: Page, address: str
) -> None:
    shown = {}
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address + TRAILER)
        page.wait_for_function(f"{SHOWN}.startsWith('still-')")
        shown[width] = page.evaluate(SHOWN)
        assert page.locator(STILL).bounding_box() == page.locator("video").bounding_box()
    assert shown == {390: "still-640.webp", 1280: "still-1280.webp"}

    # the ring of the player that has the focus is seen all round it
    page.locator(".player").evaluate("(player) => player.focus({ focusVisible: true })")
    with Image.open(BytesIO(page.locator("video").screenshot())) as seen:
        edge = [seen.convert("RGB").getpixel((640, below)) for below in (1, 20)]
    assert edge == [pytest.approx(FOCUS, abs=3), pytest.approx(STILL_COLOUR, abs=3)]

    page.evaluate("document.querySelector('video').dispatchEvent(new Event('seeking'))")
    expect(page.locator(STILL)).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(390, 219), (1280, 720), (640, 640)])
def test_in_somebody_elses_page_the_still_covers_the_video_too(
    page: Page, address: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})

    page.goto(address + TRAILER + "/embed")

    expect(page.locator(STILL)).to_have_js_property("complete", True)
    assert page.locator(STILL).bounding_box() == page.locator("video").bounding_box()


def test_a_trailer_opened_on_its_films_page_keeps_the_still_and_is_asked_for_once(
    page: Page, address: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url.removeprefix(address)))
    page.route("**/media/**", lambda route: None)  # the video is on its way
    page.goto(address + "/film/wings")

    page.locator("a[data-trailer]").click()

    expect(page.locator(STILL)).to_be_visible()
    expect(page.locator(STILL)).to_have_js_property("complete", True)
    assert [one for one in asked if one.startswith(TRAILER)] == [TRAILER]


def test_a_plain_trailer_that_fails_after_the_player_took_it_away_is_asked_for_anew(
    page: Page, address: str
) -> None:
    # given a browser of HLS that had gone on to the plain one
    page.add_init_script(TAKEN_AWAY)
    page.route("**/media/**", lambda route: None)
    page.goto(address + TRAILER, wait_until="commit")
    expect(page.get_by_role("button", name="Play (K)")).to_be_visible()
    if not page.evaluate("document.createElement('video').canPlayType('application/x-mpegurl')"):
        pytest.skip("this browser has no HLS of its own")

    with page.expect_request("**/trailer/address"):
        page.evaluate("window.takenAway.dispatchEvent(new Event('error'))")


def test_without_script_the_video_shows_the_small_still_alone(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, asked = context.new_page(), []
    page.on("request", lambda one: asked.append(one.url.rpartition("/")[2]))

    page.goto(address + TRAILER, wait_until="networkidle")

    expect(page.locator(STILL)).to_have_count(0)
    assert [name for name in asked if name.startswith("still-")] == ["still-640.jpg"]
    context.close()
