"""What a member reads in a real browser, and pages of words: nothing for axe to find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from accounts import sessions
from accounts.models import Member
from core import clock
from core import db as core_db
from tests import factories
from tests import world as worlds
from tests.browser import OF_COLOURS, faults
from tests.serving import served
from tests.web.test_calls_to_action import PARTNER
from tests.world import World

LONG_ADDRESS = "maximilianemustermann.schmidt@a-company-of-some-length.example.org"
OF_ANYBODY = (
    *("/terms", "/privacy", "/accessibility", "/collection/new-this-week"),
    *("/film/leaving-las-vegas", "/film/gone", "/nowhere"),
)
TABS = ("", "/invoices", "/devices", "/emails", "/profile", "/plan", "/cancellation")
OF_A_SUBSCRIBER = (
    *(f"/account{tab}" for tab in TABS),
    *("/film/leaving-las-vegas/review", "/film/leaving-las-vegas/reviews/1/report"),
)


@dataclass(frozen=True)
class House:
    """Where the site is, and the sessions of somebody before their trial and of a subscriber."""

    address: str
    newcomer: str
    subscriber: str


@pytest.fixture
def house(fresh_database: str, home: Path) -> Iterator[House]:
    """The site with a film that is reviewed, one that has left, a partner's offer and a yearly
    plan; somebody with an account alone; a member who has just paid, on two devices."""
    with core_db.session() as db, worlds.made(db, home, stands=False) as world:
        _furnish(world)
        bob = world.member(email="bob@example.org")
        ada = world.member(email=LONG_ADDRESS)
        world.start_trial(ada)
        world.leap(days=31)
        world.deliver()
        world.tick()
        keys = [_signed_in(world, member) for member in (bob, ada, ada)]
        with served(world.site.application) as address:
            yield House(address, newcomer=keys[0], subscriber=keys[1])


def _furnish(world: World) -> None:
    factories.offer(world.db, **PARTNER)
    yearly = {"code": "yearly", "amount_minor": 6900, "interval": "year", "on_pages": False}
    assert world.offer.active and factories.offer(world.db, **yearly).active
    factories.review(world.db, world.title)
    gone = factories.title(world.db, name="Gone")
    gone.status = "withdrawn"
    factories.collection(world.db, "New this week", [world.title])
    world.db.commit()


def _signed_in(world: World, member: Member) -> str:
    token, name = sessions.new_token(), member.fs_uniquifier
    data = {"_user_id": name, "_fresh": True}
    sessions.keep(world.db, token, data, fs_uniquifier=name, device="", now=clock.now())
    world.db.commit()
    return token


def _page(browser: Browser, house: House, width: int, scheme: str, *, session: str = "") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two words it knows
    )
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": house.address}])
    return context.new_page()


def _faults(page: Page, house: House, *paths: str) -> dict[str, tuple[str, list[str]]]:
    """What axe says of each page, by its address and the one that it led to."""
    found = {}
    for path in paths:
        page.goto(house.address + path, wait_until="load")
        there = page.url.removeprefix(house.address)
        found[path] = (there, faults(page))
    page.context.close()
    return found


def _none(*paths: str) -> dict[str, tuple[str, list[str]]]:
    return {path: (path, []) for path in paths}


def test_axe_finds_nothing_on_pages_of_words_lists_refusals_and_a_partner_s_offer(
    browser: Browser, house: House
) -> None:
    page = _page(browser, house, 390, "light")

    found = _faults(page, house, *OF_ANYBODY)

    assert found == _none(*OF_ANYBODY)


def test_axe_finds_nothing_on_what_a_member_reads_from_the_payment_page_to_their_account(
    browser: Browser, house: House
) -> None:
    before = _page(browser, house, 390, "dark", session=house.newcomer)
    behind = _page(browser, house, 1280, "light", session=house.subscriber)
    step = "/trial?film=leaving-las-vegas"

    narrow = _page(browser, house, 320, "light", session=house.subscriber)
    wide = {}
    for path in OF_A_SUBSCRIBER:
        narrow.goto(house.address + path, wait_until="load")
        wide[path] = narrow.evaluate("document.documentElement.scrollWidth")

    assert wide == dict.fromkeys(OF_A_SUBSCRIBER, 320)
    assert _faults(before, house, step) == _none(step)
    assert _faults(behind, house, *OF_A_SUBSCRIBER) == _none(*OF_A_SUBSCRIBER)


def test_pages_that_an_account_has_dark_are_printed_dark_on_white(
    browser: Browser, house: House
) -> None:
    page = _page(browser, house, 794, "dark", session=house.subscriber)
    page.emulate_media(media="print")

    faint = {}
    for path in ("/account", "/account/invoices", "/account/plan", "/terms"):
        page.goto(house.address + path)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        faint[path] = faults(page, OF_COLOURS)
    page.context.close()

    assert faint == {path: [] for path in faint}
