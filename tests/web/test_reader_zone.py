"""Days of the offer: the site's for all and named so, the reader's own where a script may run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from billing import terms
from billing.models import CheckoutAttempt, Offer
from core import clock, db
from tests import factories, sites
from tests.serving import served
from tests.web.forms import text
from tests.web.reading import text_of
from tests.world import World

ZONES = ("Pacific/Kiritimati", "Pacific/Niue", "Asia/Tokyo")
DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """A film and an offer, in a server of their own."""
    with db.transaction() as session:
        factories.offer(session)
        factories.title(session, name="Leaving Las Vegas")
    with served(sites.made()) as running:
        yield running


def told_in(zone: str) -> set[str]:
    """The days of a trial that begins now, for somebody in ``zone``."""
    with db.transaction() as session:
        offer = session.scalars(select(Offer).where(Offer.kind == "own")).one()
        found = terms.of(offer, now=clock.now(), zone=zone)
    return {f"{day.day} {day:%B %Y}" for day in (found.free_until, found.reminder_on)}


def shown(
    browser: Browser,
    address: str,
    zone: str,
    *,
    script: bool,
    where: str = ".offer-box",
    path: str = "/film/leaving-las-vegas",
) -> str:
    context = browser.new_context(locale="en-GB", timezone_id=zone, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{address}{path}", wait_until="load")
    text = page.locator(where).inner_text().replace("\N{NO-BREAK SPACE}", " ")
    context.close()
    return text


@pytest.mark.parametrize("zone", ZONES)
def test_a_script_tells_the_days_of_the_browser_s_zone(
    browser: Browser, address: str, zone: str
) -> None:
    text = shown(browser, address, zone, script=True)

    assert set(DAY.findall(text)) == told_in(zone)
    assert f"Time zone of these dates: {zone}." in text


@pytest.mark.parametrize("zone", ZONES)
def test_a_partner_s_days_are_those_of_the_browser_s_zone_too(
    browser: Browser, address: str, zone: str
) -> None:
    with db.transaction() as session:
        partner = {"kind": "partner", "brand": "Popflix", "partner_url": "https://popflix.example/"}
        factories.offer(session, code="theirs", trial_days=7, **partner)
        session.flush()
        offer = session.scalars(select(Offer).where(Offer.code == "theirs")).one()
        found = terms.of(offer, now=clock.now(), zone=zone)

    text = shown(browser, address, zone, script=True, where=".trial-button--partner")

    day = found.free_until
    assert set(DAY.findall(text)) == {f"{day.day} {day:%B %Y}"}


@pytest.mark.parametrize("path", ["/help", "/terms", "/account/sign-in"])
def test_pages_of_words_tell_the_days_of_the_browser_s_zone(
    browser: Browser, address: str, path: str
) -> None:
    zone = "Pacific/Kiritimati"

    text = shown(browser, address, zone, script=True, where="main", path=path)

    told = set(DAY.findall(text))
    assert told and told <= told_in(zone)


def test_without_script_the_site_s_days_are_told_and_named(browser: Browser, address: str) -> None:
    text = shown(browser, address, "Pacific/Kiritimati", script=False)

    assert set(DAY.findall(text)) == told_in("UTC")
    assert "Time zone of these dates: UTC." in text


def test_a_page_says_the_same_instants_for_a_quarter_of_an_hour() -> None:
    offer = Offer(code="x", amount_minor=699, currency="gbp", interval="month", trial_days=30)
    starts = [datetime(2026, 11, 22, 12, minute, 7, tzinfo=UTC) for minute in (0, 14, 15)]

    first, same, later = (terms.of(offer, now=now).instants for now in starts)

    assert first == same == "2026-12-22T12:00:00+00:00 2026-12-15T00:00:00+00:00"
    assert later == "2026-12-22T12:15:00+00:00 2026-12-15T00:15:00+00:00"


def test_a_member_reads_in_which_zone_their_days_are_told(world: World) -> None:
    # given a member in a zone that may not be where they are
    ada = world.member(email="ada@example.org", zone="America/New_York")
    assert world.offer.active
    client = world.signed_in(ada)

    # when they come to the payment page, and have their trial
    before = text_of(text(client.get("/trial")))
    world.start_trial(ada)
    attempt = world.rows(CheckoutAttempt)[-1]
    pages = ("/account", f"/trial/welcome?session_id={attempt.stripe_session_id}")
    after = [text_of(text(client.get(page))) for page in pages]

    # then each page that tells days says so, and where it is changed
    for page in (before, *after):
        assert page.count("Time zone of these dates: America/New York. Change it") == 1
