"""Writing a review: who may, what is refused, and what everybody then reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from tests import factories
from tests.factories import NOW
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today")
TYPED = {"name": "Ada", "score": "9", "text": "Slow, and\r\nworth it.", "spoiler": "1"}


@pytest.fixture
def ada(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    """A member on a trial, and a film to review."""
    member = factories.member(db)
    factories.title(db, name="Wings")
    factories.entitlement(db, member, NOW + timedelta(days=9))
    client = signed_in_as(member)
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def test_a_member_writes_one_review_and_changes_it(ada: FlaskClient) -> None:
    first = ada.post("/film/wings/review", data=TYPED)
    ada.post("/film/wings/review", data={**TYPED, "text": "Better than I said.", "score": "10"})

    assert (first.status_code, first.location) == (303, "/film/wings#reviews")
    said = text_of(ada.get("/film/wings/reviews").text)
    assert "1 review Reviews Ada Score 10 /10 22 November 2026" in said
    assert "Better than I said." in said
    assert "Better than I said.</textarea>" in ada.get("/film/wings/review").text


def test_a_mistake_brings_the_form_back_as_it_was_typed(ada: FlaskClient) -> None:
    page = ada.post("/film/wings/review", data={"score": "11", "text": "Kept <b>text</b>"})

    assert page.status_code == 422
    assert "<title>Error: Your review of Wings" in page.text
    assert '<a href="#score">Choose a score from 1 to 10.</a>' in page.text
    assert "Kept &lt;b&gt;text&lt;/b&gt;</textarea>" in page.text
    parsed(page.text)


def test_somebody_who_may_not_watch_is_shown_what_opens_the_film(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], client: FlaskClient
) -> None:
    factories.title(db, name="Wings")
    stranger = signed_in_as(factories.member(db))
    stranger.application.config["WTF_CSRF_ENABLED"] = False

    refused = stranger.post("/film/wings/review", data=TYPED)

    assert (refused.status_code, refused.location) == (303, "/film/wings?notice=watch")
    assert client.get("/film/wings/review").location == ("/account/sign-in?next=/film/wings/review")
    assert "Nobody has reviewed this film yet" in client.get("/film/wings").text
