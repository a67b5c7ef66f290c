"""Public pages keep within their budgets, name no other host, and stay still while they load."""

from __future__ import annotations

import re
from collections.abc import Iterator

import brotli
import pytest
import time_machine
from playwright.sync_api import Browser, Page, Request
from sqlalchemy import update
from werkzeug.test import Client

from catalog import seeding, similar_finding
from catalog.models import Title, Trailer
from core import clock, db
from tests import factories, sites
from tests.serving import served
from tests.web.reading import parsed

BIG = ["/", "/browse", "/genre/drama", "/film/leaving-las-vegas"]
SMALL = ["/account/sign-up", "/account/sign-in", "/help", "/cancel", "/nowhere"]
OTHERS = ["/film/leaving-las-vegas/reviews", "/search?q=nosferatu", "/person/nicolas-cage"]
KILOBYTE = 1024
HTML_BIG, HTML_SMALL, FIRST_VIEW = 14 * KILOBYTE, 8 * KILOBYTE, 60 * KILOBYTE
MOST_ELEMENTS = 700
PACKED = {"Accept-Encoding": "br"}
SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) window.shifted += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""

NEXT_FRAME = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""


@pytest.fixture
def app(fresh_database: str) -> object:
    """The site with the demo's films, each of which can be played, as its trailer can."""
    with db.transaction() as session:
        factories.offer(session)
        seeding.load(session, now=clock.now())
        video = {"video_id": factories.video(session).id}
        session.execute(update(Title).values(video))
        session.execute(update(Trailer).values(video))
        similar_finding.refresh(session, now=clock.now())
    return sites.made()


@pytest.fixture
def address(app) -> Iterator[str]:
    """The same in a server, for a browser."""
    with served(app) as running:
        yield running


def test_every_public_page_is_small_sound_and_not_too_deep(app) -> None:
    client = Client(app)
    sizes, elements = {}, {}
    for path in (*BIG, *SMALL, *OTHERS):
        packed = client.get(path, headers=PACKED).data
        sizes[path] = len(packed)
        elements[path] = len(list(parsed(brotli.decompress(packed).decode()).iter()))

    assert {path: size for path, size in sizes.items() if size > _budget(path)} == {}
    assert {path: count for path, count in elements.items() if count >= MOST_ELEMENTS} == {}


def test_a_film_page_with_all_its_files_but_pictures_is_at_most_sixty_kilobytes(app) -> None:
    client = Client(app)
    page = client.get("/film/leaving-las-vegas", headers=PACKED)
    text = brotli.decompress(page.data).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))

    sizes = {}
    for name in files:
        with client.get(name, headers=PACKED) as answer:
            sizes[name] = len(answer.data)

    assert "Watch trailer" in text and any("trailer.js" in name for name in files)
    scripts = sum(size for name, size in sizes.items() if ".js" in name)
    styles = sum(size for name, size in sizes.items() if ".css" in name)
    assert (styles <= 10 * KILOBYTE, scripts <= 4 * KILOBYTE) == (True, True)
    assert len(page.data) + sum(sizes.values()) <= FIRST_VIEW


def test_nothing_is_ever_asked_of_another_host_and_a_page_stays_still(
    page: Page, address: str
) -> None:
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one))
    page.add_init_script(f"({SHIFTS})()")
    page.set_viewport_size({"width": 390, "height": 844})
    shifts, requests = {}, {}
    for path in (*BIG, *SMALL, *OTHERS):
        before = len(asked)
        page.goto(address + path, wait_until="networkidle")
        shifts[path] = page.evaluate("() => window.shifted")
        requests[path] = len(asked) - before
    page.goto(f"{address}/film/leaving-las-vegas", wait_until="networkidle")
    page.get_by_role("link", name="Try 30 days free").last.click()
    page.wait_for_url("**/account/sign-up**")

    others = [one.url for one in asked if not one.url.startswith((address, "data:", "blob:"))]
    assert others == []
    assert {path: shift for path, shift in shifts.items() if shift > 0.001} == {}
    assert {path: requests[path] for path in BIG if requests[path] > 20} == {}
    assert all(requests[path] <= 6 for path in SMALL[:4])


def test_a_page_stays_still_while_its_days_become_those_of_the_reader_s_zone(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(
        locale="en-GB", timezone_id="Pacific/Auckland", viewport={"width": 1280, "height": 800}
    )
    page, shifts, told = context.new_page(), {}, {}
    page.add_init_script(f"({SHIFTS})()")
    with time_machine.travel(factories.NOW):  # of the trial's end, 23 December is there already
        for path in ("/", "/film/leaving-las-vegas", "/account/sign-up", "/terms"):
            page.goto(address + path, wait_until="load")
            page.evaluate(NEXT_FRAME)  # by which a shift is told
            shifts[path] = page.evaluate("() => window.shifted")
            told[path] = " ".join(page.locator("body").inner_text().split())
    context.close()

    assert {path: "22 December" in text for path, text in told.items()} == dict.fromkeys(
        told, False
    )
    assert "Time zone of these dates: Pacific/Auckland." in told["/account/sign-up"]
    assert {path: shift for path, shift in shifts.items() if shift} == {}


def _budget(path: str) -> int:
    return HTML_SMALL if path in SMALL else HTML_BIG
