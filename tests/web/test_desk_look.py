"""The reports in a real browser: clean for axe, painted by the chart library as policy allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from accounts import sessions
from billing.models import StripeEvent
from core import clock, db
from reports import experiments, facts, history
from tests import factories, sites
from tests.browser import faults, follow
from tests.reports import test_history
from tests.reports.stories import at
from tests.serving import served
from tests.web.test_desk import PAGES, PAST, with_role
from web.assets import STATIC

LIBRARY = STATIC / "vendor" / "echarts.js"
SIZES = [(390, "dark"), (1280, "light")]


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The site with four trials from elsewhere and a stopped experiment; a reader's session."""
    now = clock.now()
    with db.transaction() as session:
        factories.offer(session)
        film = factories.title(session)
        visit: dict[str, Any] = {"title_id": film.id, "at": at("07-02 10:00"), "now": now}
        facts.record(session, "visit", "seen", member_id=factories.member(session).id, **visit)
        history.bring(session, test_history.folder(tmp_path), now=now)
        run = experiments.start(
            session,
            "time-line",
            base_permille=420,
            goal_permille=470,
            actor="operator:1",
            reason="Try",
            now=now - timedelta(days=9),
        )
        experiments.stop(session, run.id, actor="operator:1", reason="Enough", now=now)
        reader = with_role(session, "admin")
        data, token = {"_user_id": reader.fs_uniquifier, "_fresh": True}, sessions.new_token()
        sessions.keep(session, token, data, fs_uniquifier=reader.fs_uniquifier, device="", now=now)
    with served(sites.made()) as address:
        yield address, token


def reader(browser: Browser, desk: tuple[str, str], width: int, scheme: str) -> BrowserContext:
    address, token = desk
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two words it knows
    )
    context.add_cookies([{"name": "session", "value": token, "url": address}])
    return context


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_axe_finds_nothing_on_the_reports_and_no_page_is_wider_than_its_screen(
    browser: Browser, desk: tuple[str, str], width: int, scheme: str
) -> None:
    context = reader(browser, desk, width, scheme)
    page, found = context.new_page(), {}
    for path in PAGES:
        page.goto(f"{desk[0]}{path}?{PAST}", wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = (faults(page), wide)
    context.close()

    assert found == {path: ([], width) for path in PAGES}


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_axe_finds_nothing_on_a_films_details_nor_where_they_cannot_be_used(
    browser: Browser, desk: tuple[str, str], width: int, scheme: str
) -> None:
    context = reader(browser, desk, width, scheme)
    page, found = context.new_page(), []
    page.goto(f"{desk[0]}/desk/catalogue", wait_until="load")
    follow(page.locator("th[scope=row] a").first)
    follow(page.get_by_role("link", name="Its genres"))
    for _ in range(2):
        wide = page.evaluate("document.documentElement.scrollWidth")
        found.append((page.get_by_role("alert").count(), faults(page), wide))
        page.get_by_label("Release dates").fill("Nowhere, cinema, 1994-10-21 " + "x" * 90)
        page.get_by_label("Reason").fill("Try")
        follow(page.get_by_role("button", name="Save the details"))
    context.close()

    assert found == [(0, [], width), (1, [], width)]


BROKEN = """() => [...document.querySelectorAll(".data-table time, .data-table .label")]
  .filter((one) => one.tagName === "TIME" ? one.getClientRects().length > 1
    : getComputedStyle(one).whiteSpace !== "nowrap").map((one) => one.textContent)"""
CUT = """() => [...document.querySelectorAll(".data-table")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel)"""
GAPS = """() => [...document.querySelectorAll(".chart--bars rect")].map((bar) => {
  const shown = (name) => [...bar.parentElement.querySelectorAll(name)]
    .map((one) => one.getBoundingClientRect()).filter((box) => box.width);
  const start = bar.getBoundingClientRect().left;
  return start - Math.max(...shown(".chart__words").map((box) => box.right));
})"""


def test_no_table_is_cut_off_on_a_desktop_and_no_date_breaks_on_a_phone(
    browser: Browser, desk: tuple[str, str]
) -> None:
    with db.transaction() as session:
        session.add(_delivery())
    found = {}
    for width, scheme in SIZES:
        context = reader(browser, desk, width, scheme)
        page = context.new_page()
        for path in ("/desk/events", "/desk/audit", "/desk/find", f"/desk/conversion?{PAST}"):
            page.goto(f"{desk[0]}{path}", wait_until="load")
            found[width, path] = page.evaluate(BROKEN if width == 390 else CUT)
        context.close()

    assert found == {place: [] for place in found}


def _delivery() -> StripeEvent:
    """A delivery about the longest name that Stripe gives to anything."""
    return StripeEvent(
        stripe_id="evt_1",
        type="checkout.session.completed",
        object_id=f"cs_test_{'a1B2' * 14}",
        raw=b"{}",
        created_at=clock.now(),
        received_at=clock.now(),
        next_try_at=clock.now(),
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_a_bar_begins_where_the_longest_words_beside_it_end(
    browser: Browser, desk: tuple[str, str], width: int
) -> None:
    context = reader(browser, desk, width, "light")
    page = context.new_page()
    page.route(
        "**/js/charts.js*", lambda route: route.abort()
    )  # it would paint over what is looked at
    for path in ("/desk/reminders", "/desk/revenue"):
        page.goto(f"{desk[0]}{path}?{PAST}", wait_until="load")
        gaps = page.evaluate(GAPS)
        assert gaps and all(0 < gap < 90 for gap in gaps), (path, gaps)
    context.close()


@pytest.mark.skipif(not LIBRARY.exists(), reason="the chart library is not fetched: make assets")
def test_the_chart_library_paints_over_the_drawn_chart_and_breaks_no_rule_of_the_page(
    browser: Browser, desk: tuple[str, str]
) -> None:
    context = reader(browser, desk, 1280, "light")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    labels = {}
    for path in ("/desk", "/desk/conversion", "/desk/revenue"):
        page.goto(f"{desk[0]}{path}?{PAST}", wait_until="load")
        page.locator(".chart__live svg").first.wait_for()
        labels[path] = page.locator(".chart__live").first.get_attribute("aria-label")
    context.close()

    assert said == []
    assert labels["/desk"] is not None
    assert labels["/desk"].startswith("Film page seen: 1; Offer seen: 0")
    assert all(labels.values())
