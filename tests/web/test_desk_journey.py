"""The desk in a real browser: from a figure to a person to what is done for them, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from accounts import passwords, sign_up
from accounts.models import Member, Visitor
from billing import alarms, withdrawals
from commands.report import report
from core import db as core_db
from reports import facts
from tests import world as worlds
from tests.browser import WIDTHS, faults_on_each_screen
from tests.journeys import people
from tests.serving import served
from tests.world import World

OPERATOR = "operator@example.org"
CARDS = {"bob@example.org": "4242424242424242", "ana@example.org": "5555555555554444"}
WHY = "They asked on the telephone"


@pytest.fixture
def real_world(fresh_database: str, home: Path) -> Iterator[World]:
    """Bob, who paid a day ago, Ana, whose trial began today, and an operator."""
    with core_db.session() as db, worlds.made(db, home) as world:
        for address in CARDS:
            _come_from_the_film(world, world.member(email=address))
            if address.startswith("bob"):
                world.leap(days=31)
                world.deliver()
        hashed = passwords.hashed(people.PASSWORD)
        sign_up.member(db, OPERATOR, hashed, now=world.now, roles=("admin",))
        db.commit()
        yield world


def _come_from_the_film(world: World, member: Member) -> None:
    """See the film's page, press the offer, make an account, start a trial."""
    visitor = Visitor(token_hash=member.email, first_seen_at=world.now - timedelta(hours=1))
    world.db.add(visitor)
    world.db.flush()
    visitor.member_id, visitor.joined_at = member.id, world.now
    path = ("visit", "cta_seen", "cta_click", "account", "checkout_open")
    for minutes, kind in enumerate(reversed(path), start=1):
        facts.record(
            world.db,
            kind,
            f"{member.id}:{kind}",
            at=world.now - timedelta(minutes=minutes),
            now=world.now,
            visitor_id=visitor.id,
            member_id=member.id if kind in ("account", "checkout_open") else None,
            title_id=world.title.id,
        )
    world.db.commit()
    world.start_trial(member, CARDS[member.email])


@pytest.fixture
def site(real_world: World) -> Iterator[str]:
    """The world's site on a port."""
    with served(real_world.site.application) as address:
        yield address


def test_an_operator_goes_from_a_figure_to_a_person_helps_them_and_finds_it_kept(
    real_world: World, site: str, page: Page, tmp_path: Path
) -> None:
    # given the funnel, which says that two people started a trial
    people.sign_in(page, site, OPERATOR, people.PASSWORD, "/desk")
    started = page.get_by_role("row").filter(has_text="Trial started").get_by_role("link").first
    expect(started).to_have_text("2")

    # when a person behind the figure is opened
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download CSV").click()
    file = Path(waiting.value.path()).read_text()
    started.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 in this list")
    _open_ana(page)

    # and her trial is extended, and a part of Bob's payment goes back
    page.get_by_role("link", name="Extend the trial").click()
    page.get_by_label("Days more").fill("10")
    _give_reason_and_press(page, "Extend the trial")
    expect(page.get_by_text("The trial now ends on 1 February 2027")).to_be_visible()
    page.get_by_role("link", name="Find a person").click()
    page.get_by_label("E-mail address or Stripe id").fill("bob@example.org")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Refund", exact=True).click()
    page.get_by_label("Amount").fill("2.00")
    _give_reason_and_press(page, "Refund")
    expect(page.get_by_text("£2.00 goes back to the card.")).to_be_visible()
    expect(page.locator("#story ~ .data-table").last).to_contain_text(WHY)

    # then the audit has both, with who and why
    page.get_by_role("link", name="Upkeep").click()
    page.get_by_role("link", name="Audit").click()
    for act, whom in (("Trial extended", "ana@"), ("Refund given", "bob@")):
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=act))
        expect(row).to_contain_text(OPERATOR)
        expect(row).to_contain_text(whom)
        expect(row).to_contain_text(WHY)

    # and the command line says the same as the file, row for row
    today = real_world.now.date()
    period = ("--from", str(today - timedelta(days=59)), "--to", str(today))
    told = CliRunner().invoke(report, ["funnel", *period, "--format", "csv"])
    assert (told.exit_code, told.output) == (0, file)
    assert re.search(r"^F5,Trial started,2,", file, re.M)


def _open_ana(page: Page) -> None:
    """Open people of the list until it is Ana: a list names nobody."""
    for link in page.get_by_role("rowheader").get_by_role("link").all():
        address = link.get_attribute("href") or ""
        page.goto(page.url.split("/desk")[0] + address)
        if page.get_by_role("heading", level=1).inner_text() == "ana@example.org":
            return
        page.go_back()
    raise AssertionError("Ana is not in the list")


def _give_reason_and_press(page: Page, button: str) -> None:
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("main").get_by_role("button", name=button).click()


@pytest.mark.timeout(300)
def test_axe_finds_nothing_on_the_pages_that_help(real_world: World, site: str, page: Page) -> None:
    now, db = real_world.now, real_world.db
    bob = sign_up.member(db, "bob@example.org", "", now=now)
    for kind, object_id in (("payment.suspected", "1"), ("event.dead", "1"), ("event.dead", "2")):
        alarms.call(db, kind, object_id, "It says so.", member_id=bob.id, now=now)
    withdrawals.declare(db, name="Bob", email=bob.email, contract="", by=None, now=now)
    db.commit()
    addresses = (
        "/desk/find",
        f"/desk/person/{bob.id}",
        f"/desk/person/{bob.id}/refund",
        "/desk/audit",
        "/desk/alarms",
        "/desk/events/1",
        "/desk/drift",
        "/desk/catalogue/1",
    )
    found, wide = {}, {}
    people.sign_in(page, site, OPERATOR, people.PASSWORD, "/desk/find")
    for address in addresses:
        page.goto(site + address)
        found[address] = faults_on_each_screen(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide[address, width] = page.evaluate("document.documentElement.scrollWidth")

    assert found == {address: {} for address in addresses}
    assert {key: width for key, width in wide.items() if width > key[1]} == {}
