"""What a browser tells of a film page: in few beacons, all of it, and a press once, whether a
script tells it, the next page, or both."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, request, request_finished
from playwright.sync_api import Page, Request
from sqlalchemy import func, select

from accounts.models import Visitor
from core import db
from reports.models import Fact
from tests import factories, sites
from tests.serving import served
from tests.workers.processes import eventually

REFUSE_ONCE = """
const take = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (...said) => {
  if (window.refused) return take(...said);
  window.refused = said[1];
  return false;
};
"""


@pytest.fixture
def taken() -> list[str]:
    """The kinds of the events of which the site has answered that they are kept. The browser does
    not always say so itself: of a page that it has left it may no longer tell."""
    return []


@pytest.fixture
def address(fresh_database: str, taken: list[str]) -> Iterator[str]:
    """The page of a film that a trial opens."""
    with db.transaction() as session:
        factories.offer(session)
        film = factories.title(session, name="Wings")
        film.video_id = factories.video(session).id

    def note(_: Flask, response: Response) -> None:
        if request.path == "/events" and response.status_code == 204:
            taken.extend(one["kind"] for one in request.get_json(force=True)["events"])

    site = sites.made()
    with request_finished.connected_to(note, site), served(site) as running:
        yield f"{running}/film/wings"


def beacons_of(page: Page) -> list[list[dict[str, Any]]]:
    """The events of each beacon that a page sends from here on."""
    sent: list[list[dict[str, Any]]] = []

    def note(asked: Request) -> None:
        if asked.url.endswith("/events"):
            sent.append(json.loads(asked.post_data or "")["events"])

    page.on("request", note)
    return sent


def counted() -> dict[str, int]:
    with db.transaction() as session:
        return dict(session.execute(select(Fact.kind, func.count()).group_by(Fact.kind)).all())


def test_a_press_that_script_and_next_page_tell_is_counted_once(
    page: Page, address: str, taken: list[str]
) -> None:
    # given a visitor whose look at the page is known
    with page.expect_response("**/events"):
        page.goto(address)

    # when they press the button
    page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")
    eventually(lambda: "cta_click" in taken)
    assert "press" not in page.url

    # then it is one press of one visitor
    found = counted()
    assert (found["visit"], found["cta_click"]) == (1, 1)


def test_a_press_before_the_browser_has_a_name_is_of_one_visitor_too(
    page: Page, address: str, taken: list[str]
) -> None:
    # given a newcomer by a link of a campaign, who presses at once
    page.goto(f"{address}?utm_source=radio")
    page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")
    eventually(lambda: "cta_click" in taken)

    # then beacon and next page have told of one person
    found = counted()
    assert (found["visit"], found["cta_click"]) == (1, 1)
    with db.transaction() as session:
        assert session.scalars(select(Visitor.source)).all() == ["radio"]
        assert len(set(session.scalars(select(Fact.visitor_id)))) == 1


def test_a_page_tells_of_three_events_by_two_beacons(page: Page, address: str) -> None:
    # given a page whose clock is ours, and its button on the screen
    sent = beacons_of(page)
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(address)
    page.screenshot()

    # when two seconds pass, and then the button is pressed
    page.clock.run_for(1999)
    assert sent == []
    with page.expect_response("**/events"):
        page.clock.run_for(1)
    page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")

    # then the page has told of both together, each with its own age, and of the press at once
    told = [[(one["kind"], one["ago"]) for one in batch] for batch in sent]
    assert told == [[("visit", 2000), ("cta_seen", 1000)], [("cta_click", 0)]]


def test_a_tab_that_is_closed_at_once_has_told_everything(page: Page, address: str) -> None:
    page.context.new_page()  # so that the browser stays
    page.goto(address)

    page.close(run_before_unload=True)

    for _ in range(200):
        if counted():
            break
        threading.Event().wait(0.05)
    assert counted()["visit"] == 1


def test_what_the_browser_does_not_take_is_tried_again_under_the_same_name(
    page: Page, address: str
) -> None:
    # given a browser that has no room for the first beacon
    page.add_init_script(REFUSE_ONCE)
    sent = beacons_of(page)

    with page.expect_response("**/events"):
        page.goto(address)

    # then the second brings what the first was to bring
    refused = json.loads(page.evaluate("window.refused"))["events"]
    [taken] = sent
    assert "visit" in {one["kind"] for one in refused}
    assert [one["id"] for one in taken[: len(refused)]] == [one["id"] for one in refused]
    assert all(later["ago"] > one["ago"] for later, one in zip(taken, refused, strict=False))
    assert counted()["visit"] == 1


def test_without_script_the_next_page_tells_it(page: Page, address: str) -> None:
    page.route(re.compile(r"\.js\b"), lambda route: route.abort())
    page.goto(address)
    page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")

    assert counted() == {"visit": 1, "cta_seen": 1, "cta_click": 1}


def test_where_beacons_are_blocked_the_next_page_tells_it(page: Page, address: str) -> None:
    page.route("**/events", lambda route: route.abort())
    page.goto(address)
    page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")

    assert counted() == {"visit": 1, "cta_seen": 1, "cta_click": 1}


def test_whoever_comes_back_to_a_page_as_it_stood_presses_anew(page: Page, address: str) -> None:
    # given a page whose button leads nowhere, pressed twice in a row
    sent = beacons_of(page)
    page.goto(address)
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    button = page.get_by_role("link", name="Try 30 days free").first
    button.dblclick()

    # when the browser shows it again as it was left
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    button.click()

    # then these are two presses, of two names
    eventually(lambda: len(_presses(sent)) > 1)
    first, second = _presses(sent)
    assert first != second


def _presses(sent: list[list[dict[str, Any]]]) -> list[str]:
    return [one["id"] for batch in sent for one in batch if one["kind"] == "cta_click"]
