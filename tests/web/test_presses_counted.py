"""A press of the trial's button is one fact, whether a script tells it, the next page, or both."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from core import db
from reports.models import Fact
from tests import factories
from tests.serving import served


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The page of a film that a trial opens."""
    from web.app import create_app  # the import reads the settings

    with db.transaction() as session:
        factories.offer(session)
        film = factories.title(session, name="Wings")
        film.video_id = factories.video(session).id
    with served(create_app()) as running:
        yield f"{running}/film/wings"


def counted() -> dict[str, int]:
    with db.transaction() as session:
        return dict(session.execute(select(Fact.kind, func.count()).group_by(Fact.kind)).all())


def test_a_press_that_script_and_next_page_tell_is_counted_once(page: Page, address: str) -> None:
    # given a visitor whose look at the page is known
    with page.expect_response("**/events"):
        page.goto(address)

    # when they press the button
    with page.expect_response("**/events"):
        page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")
    assert "press" not in page.url

    # then it is one press of one visitor
    assert counted() == {"visit": 1, "cta_click": 1}


def test_without_script_the_next_page_tells_it(page: Page, address: str) -> None:
    page.route(re.compile(r"\.js\b"), lambda route: route.abort())
    page.goto(address)
    page.get_by_role("link", name="Try 30 days free").first.click()
    page.wait_for_url("**/account/sign-up?**")

    assert counted() == {"visit": 1, "cta_seen": 1, "cta_click": 1}
