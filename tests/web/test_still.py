"""What a player shows in a real browser before it plays: the operator's still, as wide as fits."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from catalog import pictures
from core import db
from tests import factories
from tests.serving import served
from tests.web.test_artwork_pages import picture

STILL = ".player__still img"
SHOWN = f"document.querySelector('{STILL}').currentSrc.split('/').pop()"
TRAILER = "/film/wings/trailer"
FOCUS, STILL_COLOUR = (255, 227, 168), (0, 0, 128)  # --focus of the player, and navy


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site, with one film that has a trailer and a still of the operator's."""
    from web.app import create_app  # the import reads the settings

    with db.transaction() as session:
        film = factories.title(session, name="Wings")
        factories.trailer(session, film, video_id=factories.video(session).id)
        pictures.put(session, film, picture(), kind="still", now=factories.NOW)
    with served(create_app()) as running:
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
