"""Signing in by password: back to the page one came from, and one sentence for every mistake."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from accounts import passwords
from accounts.models import Member
from tests.web.forms import TOKEN, send, text
from tests.web.reading import parsed
from tests.web.test_trials import HOSTILE
from tests.world import World

PAGE = "/account/sign-in"
PASSWORD = "her own password"
ADA = {"email": "ada@example.org", "password": PASSWORD}


@pytest.fixture
def ada(world: World) -> Member:
    assert world.offer.active and world.title.slug == "leaving-las-vegas"
    return world.member(email="ada@example.org", password=passwords.hashed(PASSWORD))


def link(world: World, path: str) -> str:
    """Where the header of a page leads to sign in."""
    links = parsed(text(world.site.get(path))).iter("a")
    return next(str(one.get("href")) for one in links if one.text == "Sign in")


@pytest.mark.parametrize("path", ["/film/leaving-las-vegas", "/browse", "/search", "/help"])
def test_signing_in_leads_back_to_the_page_whose_header_led_there(
    world: World, ada: Member, path: str
) -> None:
    there = link(world, f"{path}?utm_source=letter")

    answer = send(world.site, there, **ADA)

    assert there == f"{PAGE}?next={path}"
    assert (answer.status_code, answer.location) == (302, path)


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/search?q=nosferatu&utm_source=letter", "/search?q=nosferatu"),
        ("/browse?sort=name&mine=1", "/browse?sort=name"),
        ("/film/leaving-las-vegas?notice=watch", "/film/leaving-las-vegas"),
        (
            "/film/leaving-las-vegas/reviews?sort=lowest",
            "/film/leaving-las-vegas/reviews?sort=lowest",
        ),
    ],
)
def test_signing_in_leads_back_to_what_was_asked_for_there(
    world: World, ada: Member, path: str, back: str
) -> None:
    there = link(world, path)

    assert parse_qs(urlsplit(there).query)["next"] == [back]
    assert send(world.site, there, **ADA).location == back


@pytest.mark.parametrize(
    ("end", "why"),
    [("trailer", "Sign in to see the trailer."), ("review", "Sign in to review the film.")],
)
def test_who_is_sent_to_sign_in_reads_why(world: World, end: str, why: str) -> None:
    page = text(world.site.get(f"{PAGE}?next=/film/leaving-las-vegas/{end}"))

    assert why in page
    assert "Sign in to" not in text(world.site.get(f"{PAGE}?next=/film/leaving-las-vegas"))


@pytest.mark.parametrize("path", ["/", PAGE, "/account/sign-in/link", "/nowhere", "/film/nowhere"])
def test_the_home_page_the_ways_in_and_refusals_are_no_place_to_come_back_to(
    world: World, ada: Member, path: str
) -> None:
    assert link(world, path) == PAGE


@pytest.mark.parametrize("there", HOSTILE)
def test_a_way_back_to_another_site_is_forgotten_and_the_sign_in_holds(
    world: World, ada: Member, there: str
) -> None:
    answer = send(world.site, f"{PAGE}?next={there}", **ADA)

    assert answer.status_code == 302
    assert not answer.location.startswith(("http", "//", "/\\", "\\"))
    assert world.site.get("/account/profile").status_code == 200


def test_beside_a_way_back_to_another_site_the_usual_place_is_the_home_page(
    world: World, ada: Member
) -> None:
    assert send(world.site, f"{PAGE}?next=//evil.example", **ADA).location == "/"


@pytest.mark.parametrize(
    "typed", [{"password": "not hers"}, {"email": "noel@example.org"}, {"email": "no address"}]
)
def test_a_mistake_is_told_once_for_both_fields_and_tied_to_each(
    world: World, ada: Member, typed: dict[str, str]
) -> None:
    page = parsed(text(send(world.site, PAGE, **{**ADA, **typed})))

    for name in ("email", "password"):
        field = page.find(f".//input[@id='{name}']")
        told = page.find(f".//p[@id='{name}-error']")
        assert (field.get("aria-invalid"), field.get("aria-describedby")) == (
            "true",
            f"{name}-error",
        )
        assert "The e-mail address or the password is not right." in "".join(told.itertext())
    summary = page.find(".//div[@role='alert']")
    assert [one.get("href") for one in summary.iter("a")] == ["#email"]


def test_nobody_is_signed_in_beside_the_sessions_that_can_be_ended(
    world: World, ada: Member
) -> None:
    # when a field is sent along for which the form has no box
    answer = send(world.site, PAGE, **ADA, remember="y")

    # then the browser is handed the session's cookie and no other
    assert answer.status_code == 302
    handed = [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")]
    assert handed == ["session"]


@pytest.mark.parametrize(
    ("there", "leads_to"),
    [
        ("?next=/account/plan", "/account/plan"),
        ("?next=/film/leaving-las-vegas?from%3Ddrama", "/film/leaving-las-vegas?from=drama"),
        ("?next=//evil.example/account", "/"),
        ("", "/"),
    ],
)
def test_a_second_press_and_a_second_window_lead_where_the_first_one_led(
    world: World, ada: Member, there: str, leads_to: str
) -> None:
    # given two windows on the sign-in page
    token = TOKEN.search(text(world.site.get(PAGE + there)))
    assert token is not None
    sent = {**ADA, "csrf_token": token[1]}
    assert world.site.post(PAGE + there, data=sent).location == leads_to

    # when the second one signs in too, and when the page is opened once more
    again = (world.site.post(PAGE + there, data=sent), world.site.get(PAGE + there))

    # then they lead to the same place
    assert [answer.location for answer in again] == [leads_to, leads_to]


def test_a_sign_in_that_leads_to_itself_ends(world: World, ada: Member) -> None:
    send(world.site, PAGE, **ADA)

    first = world.site.get(f"{PAGE}?next={PAGE}")

    assert (first.location, world.site.get(first.location).location) == (PAGE, "/")
