"""A member's form that is sent after its session has ended: nothing is done, and the way back is
named. What was written into one is in test_unsent_reviews.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import Member
from tests import factories
from tests.factories import NOW
from tests.web.forms import TOKEN, send
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today")
FORMS = [
    ("/account/cancellation", "/account/cancellation"),
    ("/account", "/account/card"),
    ("/account/devices", "/account/devices/end"),
]


@pytest.fixture
def ada(db: Session) -> Member:
    """A member on a trial."""
    member = factories.member(db)
    factories.subscription(db, member, status="trialing", trial_ends_at=NOW)
    return member


@pytest.mark.parametrize(("page", "action"), FORMS)
@pytest.mark.parametrize("by", ["this browser", "another"])
def test_whoever_was_signed_out_meanwhile_is_led_to_sign_in_and_back_to_the_form(
    db: Session,
    ada: Member,
    signed_in_as: Callable[[Member], FlaskClient],
    page: str,
    action: str,
    by: str,
) -> None:
    # given a form that is open while its browser is signed out
    browser = signed_in_as(ada)
    found = TOKEN.search(browser.get(page).text)
    assert found is not None
    if by == "another":
        sessions.end_all(db, ada.id)
        db.commit()
    else:
        send(browser, "/account", "/account/sign-out")

    # when it is sent
    came = {"Referer": f"http://localhost{page}?a=1"}
    answer = browser.post(action, data={"csrf_token": found[1]}, headers=came)

    # then the page says what happened, and where it goes on
    assert answer.status_code == 400
    said = text_of(answer.text)
    assert "You have been signed out. Nothing has changed. Sign in, and send the form" in said
    assert f'href="/account/sign-in?next={page}?a%3D1"' in answer.text
    parsed(answer.text)


@pytest.mark.parametrize("came", ["", "http://evil.example/account", "http://[", "data:,"])
def test_a_form_that_came_from_nowhere_of_ours_leads_back_to_the_account(
    client: FlaskClient, came: str
) -> None:
    answer = client.post("/account/cancellation", headers={"Referer": came})

    assert (answer.status_code, '?next=/account"' in answer.text) == (400, True)


def test_signing_out_in_a_second_window_is_no_trouble(
    ada: Member, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    browser = signed_in_as(ada)
    found = TOKEN.search(browser.get("/account").text)
    assert found is not None
    send(browser, "/account", "/account/sign-out")

    answer = browser.post("/account/sign-out", data={"csrf_token": found[1]})

    assert (answer.status_code, answer.location) == (303, "/")
