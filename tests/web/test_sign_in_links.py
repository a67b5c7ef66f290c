"""Signing in by a link: one press, once, in time; for an address that nobody knows, the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from accounts import passwords, sign_in_links
from accounts.models import Member, SignInLink
from billing.models import Audit
from notices.models import Notice
from tests.web.forms import send, text
from tests.web.test_trials import HOSTILE
from tests.world import World
from workers import tasks, upkeep

ASK = "/account/sign-in/link"
LINK = re.compile(r"http://\S+(/account/sign-in/link/\S+)")
PASSWORD = "a few long words here"


@pytest.fixture
def ada(world: World) -> Member:
    return world.member(email="ada@example.org", password=passwords.hashed("her own password"))


def another_browser(world: World) -> FlaskClient:
    return world.site.application.test_client()


def ask(world: World, email: str, browser: FlaskClient | None = None, page: str = ASK) -> str:
    """Ask for a link; what the page says that follows."""
    browser = browser or another_browser(world)
    answer = send(browser, page, email=email)
    assert (answer.status_code, answer.location) == (303, "/account/sign-in/link/sent")
    return str(text(browser.get(answer.location)))


def mails(world: World) -> list[str]:
    """The texts of what a sender has handed in."""
    tasks.send_owed()
    world.db.expire_all()
    found = [mail.get_body(("plain",)) for mail in world.mailbox.of_kind("sign_in_link")]
    return [body.get_content() for body in found if body is not None]


def link(world: World) -> str:
    """The path of the link that was mailed last."""
    found = LINK.search(mails(world)[-1])
    assert found is not None
    return found[1]


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account/profile").status_code == 200


def test_a_press_on_the_link_signs_in_and_leads_on(world: World, ada: Member) -> None:
    page = ask(world, " Ada@Example.org", page=f"{ASK}?next=/account/devices")
    assert "ada@example.org" in page and "15 minutes" in page
    there, phone = link(world), another_browser(world)

    # a program that follows links in mails signs nobody in
    assert "ada@example.org" in text(phone.get(there))
    assert not is_signed_in(phone)

    answer = send(phone, there)

    assert (answer.status_code, answer.location) == (303, "/account/devices")
    assert is_signed_in(phone)
    kept = [row for row in world.rows(Audit) if row.action == "signin.ok"]
    assert [(row.member_id, row.reason) for row in kept] == [(ada.id, "signed in by a link")]


def test_an_address_that_nobody_has_is_answered_alike(world: World, ada: Member) -> None:
    known = ask(world, "ada@example.org")
    unknown = ask(world, "noel@example.org")

    assert known.replace("ada@", "noel@") == unknown
    to_ada, to_noel = mails(world)
    assert LINK.search(to_ada) and "There is no account with this address" in to_noel
    assert LINK.search(to_noel) is None and "/account/sign-up" in to_noel


def over_by(world: World, case: str, there: str) -> str:
    if case == "used":
        send(another_browser(world), there)
    elif case == "too old":
        world.leap(minutes=16)
    elif case == "newer":
        ask(world, "ada@example.org")
        assert link(world) != there
    elif case == "password changed":
        browser = another_browser(world)
        send(browser, "/account/sign-in", email="ada@example.org", password="her own password")
        changed = {"password": "her own password", "new_password": PASSWORD}
        answer = send(browser, "/account/password", **changed)
        assert answer.status_code == 302, text(answer)
    elif case == "forged":
        return f"{ASK}/WzFd.Zm9yZ2Vk.c2lnbmF0dXJl"
    return there


@pytest.mark.parametrize(
    "case, why",
    [
        ("used", "has been used"),
        ("too old", "works for 15 minutes"),
        ("newer", "newer link"),
        ("password changed", "password was changed"),
        ("forged", "incomplete or too old"),
    ],
)
def test_a_link_that_is_over_says_why_and_signs_nobody_in(
    world: World, ada: Member, case: str, why: str
) -> None:
    ask(world, "ada@example.org")
    there, browser = link(world), another_browser(world)
    shown = text(browser.get(there))
    there = over_by(world, case, there)

    read = browser.get(there)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    pressed = browser.post(there, data={"csrf_token": token[1]})

    assert (read.status_code, pressed.status_code) == (409, 409)
    assert why in text(read) and why in text(pressed)
    assert not is_signed_in(browser)


def test_an_expired_link_sends_a_new_one_to_the_same_place(world: World, ada: Member) -> None:
    ask(world, "ada@example.org", page=f"{ASK}?next=/account/devices")
    there, browser = link(world), another_browser(world)
    world.leap(minutes=16)

    answer = send(browser, there, f"{there}/again")

    assert "ada@example.org" in text(browser.get(answer.location))
    assert send(browser, link(world)).location == "/account/devices"


def test_whoever_lost_the_password_chooses_a_new_one(world: World, ada: Member) -> None:
    elsewhere, browser = another_browser(world), another_browser(world)
    own = {"email": "ada@example.org", "password": "her own password"}
    send(elsewhere, "/account/sign-in", **own)
    ask(world, "ada@example.org")

    answer = send(browser, link(world), then="password")
    assert answer.location == "/account/new-password"
    short = send(browser, answer.location, password="short")
    weak = send(browser, answer.location, password="password1234")
    done = send(browser, answer.location, password=PASSWORD)

    assert (short.status_code, weak.status_code, done.status_code) == (422, 422, 303)
    assert is_signed_in(browser) and not is_signed_in(elsewhere)
    assert send(another_browser(world), "/account/sign-in", **own).status_code == 200
    own["password"] = PASSWORD
    assert send(another_browser(world), "/account/sign-in", **own).status_code == 302


def test_a_link_is_no_proof_for_who_signs_in_after_in_the_same_browser(
    world: World, ada: Member
) -> None:
    bob = {"email": "bob@example.org", "password": "his own password"}
    world.member(email=bob["email"], password=passwords.hashed(bob["password"]))
    ask(world, "ada@example.org")
    browser = another_browser(world)
    send(browser, link(world), then="password")

    send(browser, "/account/new-password", "/account/sign-out")
    send(browser, "/account/sign-in", **bob)

    assert is_signed_in(browser)
    assert browser.get("/account/new-password").location == "/account/password"


@pytest.mark.parametrize("late", [False, True], ids=["by password", "eleven minutes later"])
def test_others_change_the_password_with_the_old_one(world: World, ada: Member, late: bool) -> None:
    browser = another_browser(world)
    if late:
        ask(world, "ada@example.org")
        send(browser, link(world))
        world.leap(minutes=11)
    else:
        own = {"email": "ada@example.org", "password": "her own password"}
        send(browser, "/account/sign-in", **own)

    assert browser.get("/account/new-password").location == "/account/password"


def test_more_than_three_in_six_hours_are_not_sent_and_end_no_link(
    world: World, ada: Member
) -> None:
    said = {ask(world, "ada@example.org") for _ in range(4)}

    assert len(said) == 1
    assert len(mails(world)) == 3
    assert send(another_browser(world), link(world)).status_code == 303


@pytest.mark.parametrize("there", HOSTILE)
def test_a_way_on_that_leads_elsewhere_is_left_out(world: World, ada: Member, there: str) -> None:
    send(another_browser(world), f"{ASK}?next={there}", email="ada@example.org")

    assert [row.there for row in world.rows(SignInLink)] == ["/"]


def test_an_account_that_is_closed_gets_no_link(world: World, ada: Member) -> None:
    ada.active = False
    world.db.commit()

    ask(world, "ada@example.org")

    assert LINK.search(mails(world)[0]) is None


def test_who_asked_is_forgotten_after_a_day(world: World, ada: Member) -> None:
    ask(world, "ada@example.org")
    mails(world)
    world.leap(hours=24, minutes=1)

    upkeep.purge_sessions()

    assert timedelta(days=1) == sign_in_links.KEPT
    assert world.rows(SignInLink) == []
    assert [row for row in world.rows(Notice) if row.kind == "sign_in_link"] == []
