"""A review or a report whose form is older than the session: what was written is not lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog.models import Review, ReviewReport
from tests import factories
from tests.factories import NOW
from tests.web.forms import TOKEN, send
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today")
TEXT = "Slow, and <b>worth</b> it."
WRITTEN = "Slow, and &lt;b&gt;worth&lt;/b&gt; it.</textarea>"
SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def ada(db: Session) -> Member:
    """A member on a trial, a film, and somebody else's review of it."""
    member = factories.member(db)
    film = factories.title(db, name="Wings")
    factories.review(db, film, member_id=factories.member(db).id, name="Bob")
    factories.entitlement(db, member, NOW + timedelta(days=9))
    return member


def typed_into(browser: FlaskClient, address: str, field: str) -> dict[str, str]:
    """What a form sends that was opened in ``browser`` and filled in."""
    found = TOKEN.search(browser.get(address).text)
    assert found is not None
    return {"csrf_token": found[1], "name": "Ada", "score": "9", field: TEXT}


FORMS = [("/film/wings/review", "text"), ("/film/wings/reviews/{bob}/report", "reason")]


@pytest.mark.parametrize(("address", "field"), FORMS)
def test_whoever_has_signed_in_anew_finds_the_form_as_they_filled_it_in(
    db: Session, ada: Member, signed_in_as: SignIn, address: str, field: str
) -> None:
    address = address.format(bob=db.scalars(select(Review.id)).one())
    sent = typed_into(signed_in_as(ada), address, field)
    anew = signed_in_as(ada)

    page = anew.post(address, data=sent)

    assert (page.status_code, WRITTEN in page.text) == (400, True)
    assert "What you wrote is still here: send it again." in text_of(page.text)
    parsed(page.text)
    token = TOKEN.search(page.text)
    assert token is not None
    again = anew.post(address, data={**sent, "csrf_token": token[1]})
    assert again.status_code == 303
    kept = [*db.scalars(select(Review.text)), *db.scalars(select(ReviewReport.reason))]
    assert TEXT in kept


@pytest.mark.parametrize(("address", "field"), FORMS)
def test_whoever_is_signed_out_reads_what_they_wrote_and_where_to_sign_in(
    db: Session, ada: Member, signed_in_as: SignIn, address: str, field: str
) -> None:
    address = address.format(bob=db.scalars(select(Review.id)).one())
    browser = signed_in_as(ada)
    sent = typed_into(browser, address, field)
    send(browser, "/account", "/account/sign-out")

    page = browser.post(address, data=sent)

    assert (page.status_code, WRITTEN in page.text) == (400, True)
    assert "You have been signed out." in text_of(page.text)
    assert f'href="/account/sign-in?next={address}"' in page.text
    assert page.headers["Cache-Control"].endswith("no-store")
    parsed(page.text)


def test_whoever_may_not_send_it_still_reads_what_they_wrote(
    db: Session, ada: Member, signed_in_as: SignIn
) -> None:
    sent = typed_into(signed_in_as(ada), "/film/wings/review", "text")

    page = signed_in_as(factories.member(db)).post("/film/wings/review", data=sent)

    assert (page.status_code, WRITTEN in page.text) == (400, True)
    assert "been open for too long" in page.text and "readonly" in page.text


def test_nothing_that_another_site_sends_is_put_into_a_form(
    ada: Member, signed_in_as: SignIn
) -> None:
    sent = {"name": "Ada", "score": "9", "text": TEXT}
    elsewhere = {"Origin": "https://evil.example"}

    page = signed_in_as(ada).post("/film/wings/review", data=sent, headers=elsewhere)

    assert (page.status_code, WRITTEN in page.text) == (400, False)


@pytest.mark.parametrize(("address", "field"), FORMS)
def test_what_was_written_too_often_comes_back_to_be_sent_later(
    db: Session, ada: Member, signed_in_as: SignIn, address: str, field: str
) -> None:
    # given as many as an hour has room for, beside some that were sent back
    address = address.format(bob=db.scalars(select(Review.id)).one())
    browser = signed_in_as(ada)
    for _ in range(12):
        assert send(browser, address, **{field: ""}).status_code == 422
    sent = {"name": "Ada", "score": "9", field: "Good."}
    for _ in range(10):
        assert send(browser, address, **sent).status_code == 303

    # when another is sent
    page = send(browser, address, **{**sent, field: TEXT})

    # then its reader is told how long to wait, and has it still
    assert (page.status_code, WRITTEN in page.text) == (429, True)
    assert "Wait 60 minutes and send it again: what you wrote is still here." in text_of(page.text)
    parsed(page.text)
    kept = [*db.scalars(select(Review.text)), *db.scalars(select(ReviewReport.reason))]
    assert TEXT not in kept


def test_the_reason_of_a_report_is_shown_where_the_review_has_been_hidden_meanwhile(
    db: Session, ada: Member, signed_in_as: SignIn
) -> None:
    review, browser = db.scalars(select(Review)).one(), signed_in_as(ada)
    address = f"/film/wings/reviews/{review.id}/report"
    sent = typed_into(browser, address, "reason")
    review.status = "hidden"
    db.flush()

    page = browser.post(address, data=sent)

    assert (page.status_code, WRITTEN in page.text) == (404, True)
    said = text_of(page.text)
    assert "This review is not on the page any more. What you wrote is below, to be copied." in said
    parsed(page.text)
