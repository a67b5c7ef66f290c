"""Refusals: what the person is told, also when nothing behind the page works."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.trials import AlreadySubscribed
from core import db as core_db
from core import settings
from core.errors import Forbidden, Gone, NotFound
from tests import factories
from tests.web.reading import parsed, text_of


def test_a_page_that_is_not_there_leads_back_to_the_films(client: FlaskClient, db: Session) -> None:
    factories.collection(db, "New", [factories.title(db, name="Wings")])

    page = client.get("/nowhere")

    assert page.status_code == 404
    assert "This page is not in the programme" in text_of(page.text)
    assert "Playing now Wings 1995" in text_of(page.text)
    parsed(page.text)


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (403, "This page is not for your account"),
        (410, "This film has left the catalogue"),
        (429, "Too many tries in a short time"),
        (500, "Something broke on our side"),
        (503, "The house lights are up for a moment"),
        (418, "That did not work"),
    ],
)
def test_every_refusal_has_a_page_of_its_own_words(
    site: Flask, client: FlaskClient, status: int, heading: str
) -> None:
    site.add_url_rule("/refused", view_func=lambda: abort(status))

    page = client.get("/refused")

    assert page.status_code == status
    assert f"{heading}" in text_of(page.text)
    parsed(page.text)


def test_a_refusal_of_a_member_s_wish_leads_to_the_account_that_it_speaks_of(
    site: Flask,
    db: Session,
    client: FlaskClient,
    signed_in_as: Callable[[Member], FlaskClient],
) -> None:
    def refuse() -> str:
        raise AlreadySubscribed

    site.add_url_rule("/refused", view_func=refuse)

    member = signed_in_as(factories.member(db)).get("/refused").text
    visitor = client.get("/refused").text

    ways = '<a class="button button--primary" href="{}">'
    assert "Your account page shows it." in text_of(member)
    assert ways.format("/account") in member and ways.format("/") in visitor
    parsed(member)


def test_a_forbidden_page_names_what_it_needs(site: Flask, client: FlaskClient) -> None:
    def refuse() -> str:
        raise Forbidden

    site.add_url_rule("/refused", view_func=refuse)

    assert "does not have the role that this page needs" in client.get("/refused").text


def test_what_is_not_found_for_a_reason_of_its_own_is_told_with_it(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    class Moved(NotFound):
        """A page that has left."""

        sentence = "This list was closed in May."

    def refuse() -> str:
        raise Moved

    site.add_url_rule("/refused", view_func=refuse)

    own, usual = (text_of(client.get(page).text) for page in ("/refused", "/film/nowhere"))

    assert "This list was closed in May." in own and "mistyped" not in own
    assert "The address may be mistyped" in usual


def test_a_letter_that_no_database_stores_is_sent_back_and_never_stored(
    site: Flask, client: FlaskClient
) -> None:
    site.config["WTF_CSRF_ENABLED"] = False

    for address in (
        "/account/sign-up",
        "/account/sign-in",
        "/account/sign-in/link",
        "/cancellation",
    ):
        page = client.post(address, data={"email": ["a@b.example", "a\0@b.example"]})
        assert page.status_code == 400
        assert "holds a letter that is no text" in text_of(page.text)


@pytest.mark.parametrize(
    ("sent", "status"), [({"code": "a\0b"}, 400), ({"text": "a" * 1_200_000}, 413)]
)
def test_a_member_is_told_as_well_why_a_form_is_not_taken(
    db: Session,
    site: Flask,
    signed_in_as: Callable[[Member], FlaskClient],
    sent: dict[str, str],
    status: int,
) -> None:
    site.config["WTF_CSRF_ENABLED"] = False

    page = signed_in_as(factories.member(db)).post("/trial", data=sent)

    assert page.status_code == status
    assert "Your account" in text_of(page.text)


def test_what_is_too_large_is_told_so_and_what_to_do(site: Flask, client: FlaskClient) -> None:
    site.config["WTF_CSRF_ENABLED"] = False

    page = client.post("/account/sign-in", data={"text": "a" * 1_200_000})

    assert page.status_code == 413
    assert "larger than this page takes" in text_of(page.text)
    assert "shorten what you wrote or choose a smaller file" in text_of(page.text)


def test_whoever_tried_too_often_is_promised_nothing_that_is_not_so(
    site: Flask, client: FlaskClient
) -> None:
    site.config["WTF_CSRF_ENABLED"] = False

    typed = {"email": "noel@example.org", "password": "wrong"}
    page = [client.post("/account/sign-in", data=typed) for _ in range(11)][-1]

    assert page.status_code == 429
    assert "Wait 5 minutes, then go back and try again." in text_of(page.text)
    assert "lost" not in text_of(page.text)


def test_something_unexpected_gives_a_reference_and_no_trace(
    site: Flask, client: FlaskClient
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("secret detail")

    site.config["WTF_CSRF_ENABLED"] = False
    site.add_url_rule("/fails", view_func=fail, methods=["GET", "POST"])

    page, done = client.get("/fails"), client.post("/fails")

    assert page.status_code == 500
    assert f"tell us this reference: {page.headers['X-Request-Id']}" in text_of(page.text)
    assert "secret detail" not in page.text
    assert "nothing was charged by this" in text_of(page.text)
    assert "look at your account before you try again" in text_of(done.text)


@pytest.fixture
def without_database(db: Session) -> None:
    away = SecretStr("postgresql://nobody@127.0.0.1:1/nothing")
    settings.use(settings.current().model_copy(update={"database_url": away}))
    core_db.connect()


def test_pages_say_so_when_the_database_is_away(
    site: Flask, client: FlaskClient, without_database: None
) -> None:
    page = client.get("/")
    client.set_cookie("session", "x" * 43)
    with_cookie = client.get("/")

    assert page.status_code == 503
    assert "The house lights are up for a moment" in text_of(page.text)
    assert with_cookie.status_code == 503


def test_what_is_refused_while_the_database_is_away_has_its_page_and_its_headers(
    site: Flask, client: FlaskClient, without_database: None
) -> None:
    def leave() -> str:
        raise Gone("wings")

    site.add_url_rule("/left", view_func=leave)

    nowhere = client.get("/nope")
    stale = client.post("/account/sign-in")
    left = client.get("/left")

    assert [one.status_code for one in (nowhere, stale, left)] == [404, 400, 410]
    assert "This page is not in the programme" in text_of(nowhere.text)
    assert "Your browser sent no cookie with this form" in text_of(stale.text)
    assert "This film has left the catalogue" in text_of(left.text)
    for one in (nowhere, stale, left):
        assert "Content-Security-Policy" in one.headers
        parsed(one.text)


@pytest.mark.parametrize("path", ["/", "/search?q=a", "/nowhere", "/film/nowhere"])
def test_a_body_of_lists_without_end_is_no_trouble(client: FlaskClient, path: str) -> None:
    usual = client.get(path).status_code

    answer = client.get(path, data="[" * 100_000, content_type="application/json")

    assert (answer.status_code, "Content-Security-Policy" in answer.headers) == (usual, True)


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/film/wings/", "/film/wings"),
        ("/film/WINGS?from=drama", "/film/wings?from=drama"),
        ("/Browse/?sort=newest", "/browse?sort=newest"),
        ("/genre/Drama", "/genre/drama"),
        *(("/search/?q=wings", "/search?q=wings"), ("/help/", "/help"), ("/help//", "/help")),
        ("/account/sign-in/?next=/help", "/account/sign-in?next=/help"),
    ],
)
def test_an_address_with_capitals_or_a_slash_too_many_leads_to_the_usual_one(
    db: Session, client: FlaskClient, asked: str, there: str
) -> None:
    factories.title(db, name="Wings", slug="wings", genres=["Drama"])
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (301, there)
    assert client.get(there).status_code == 200


@pytest.mark.parametrize("asked", ["/trial/", "/account/", "/cancel/Ab-C.d/", "/desk/films/"])
def test_a_slash_too_many_is_left_out_of_every_address_of_a_page_and_no_letter_changes(
    client: FlaskClient, asked: str
) -> None:
    assert (client.get(asked).status_code, client.get(asked).location) == (301, asked[:-1])
    assert client.post(asked).status_code in (400, 404)


@pytest.mark.parametrize(
    "asked",
    [
        *("/Help", "/SEARCH/", "/static/none.css/", "/account/cancellation/keep/", "/webhooks/"),
        *("/Nope/", "/%2Fexample.org/", "/%5Cexample.org/", "/account/sign-up/ABC/", "/film/"),
        *("/film/Wings%0A", "/genre/Drama%0a", "/collection/NEW%0d", "/person/A%0aB"),
        *("/film/Wings%23x", "/film/Wings%3Fx", "/film/W%C3%84"),
    ],
)
def test_what_is_no_page_of_the_storefront_leads_nowhere_else(
    client: FlaskClient, asked: str
) -> None:
    answer = client.get(asked)
    location = answer.location or "/"
    assert answer.status_code == 404 or (location.startswith("/") and location[1:2] not in "/\\")
    assert "film" not in location


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/account/sign-in"), ("GET", "/search?q=a"), ("POST", "/film/none"), ("GET", "/")],
)
def test_a_body_without_end_is_refused_or_left_unread_whatever_it_claims_to_be(
    client: FlaskClient, kind: str, method: str, path: str
) -> None:
    page = client.open(path, method=method, data=b"x" * 1_500_000, content_type=kind)

    assert page.status_code in (200, 400, 404, 405, 413)
    assert "Something broke" not in page.text
    parsed(page.text)
