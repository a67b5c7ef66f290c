"""Changing the password with the old one: once typed, and every other browser is signed out."""

from __future__ import annotations

import re

import argon2
import pytest
from flask_security import hash_password
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.models import Member
from tests.web.forms import send, text
from tests.world import World

PAGE = "/account/password"
OLD, NEW = "her own password", "a few long words here"


@pytest.fixture
def ada(world: World) -> Member:
    return world.member(email="ada@example.org", password=passwords.hashed(OLD))


def test_a_password_costs_who_guesses_it_what_argon2_advises(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given the site and the hasher of the product, not those of tests
    monkeypatch.setattr(passwords, "PasswordHasher", argon2.PasswordHasher)
    from web.app import create_app  # the import reads the settings

    # when a password is hashed at sign-up, and where it is changed
    with create_app().app_context():
        hashes = [passwords.hashed(NEW), hash_password(NEW)]

    # then both cost as much
    advised = argon2.profiles.RFC_9106_LOW_MEMORY
    assert [argon2.extract_parameters(one) for one in hashes] == [advised, advised]


def test_who_is_asked_once_more_proves_it_and_goes_on(world: World, ada: Member) -> None:
    browser, page = world.signed_in(ada), "/account/verify?next=/account/devices"

    wrong = text(send(browser, page, password="not hers"))
    right = send(browser, page, password=OLD)

    assert "Error: Confirm that it is you" in wrong
    assert "That is not your present password." in wrong
    assert (right.status_code, right.location) == (302, "/account/devices")


def test_who_has_no_password_yet_is_led_to_the_mailed_link(world: World) -> None:
    browser = world.signed_in(world.member(email="noel@example.org"))

    page = text(browser.get(PAGE, follow_redirects=True))

    assert "Your account has no password yet." in page
    assert 'href="/account/sign-in/link">E-mail me a link</a>' in page
    assert 'type="password"' not in page


def test_a_member_changes_the_password_and_is_signed_out_elsewhere(
    world: World, ada: Member
) -> None:
    here, elsewhere = world.signed_in(ada), world.signed_in(ada)

    answer = send(here, PAGE, password=OLD, new_password=NEW)

    assert (answer.status_code, answer.location) == (302, "/account/profile")
    assert "Your password is changed, and every other browser" in text(here.get(answer.location))
    assert elsewhere.get("/account/profile").status_code == 303
    own = {"email": ada.email, "password": NEW}
    signed_in = send(world.site.application.test_client(), "/account/sign-in", **own)
    assert signed_in.status_code == 302


@pytest.mark.parametrize("page", [PAGE, "/account/verify"])
def test_whoever_guesses_the_present_password_waits_after_ten_tries(
    world: World, ada: Member, page: str
) -> None:
    def guess(number: int) -> int:
        browser = world.signed_in(ada)
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        return int(send(browser, page, password=f"guess {number}", new_password=NEW).status_code)

    assert [guess(number) for number in range(11)] == [200] * 10 + [429]


@pytest.mark.parametrize(
    "old, new, field, told",
    [
        ("not hers", NEW, "password", "That is not your present password."),
        ("", NEW, "password", "Type your present password."),
        (OLD, OLD, "new_password", "Choose one other than the present password."),
        (OLD, " ", "new_password", "Type the new password."),
        (OLD, "short", "new_password", "12 characters or more."),
        (OLD, (NEW * 7)[:129], "new_password", "at most 128 characters"),
        (OLD, "password1234", "new_password", "This password is easy to guess."),
        (OLD, "ada@example.org", "new_password", "This password is easy to guess."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_changes_nothing(
    world: World, ada: Member, old: str, new: str, field: str, told: str
) -> None:
    before = ada.password

    page = text(send(world.signed_in(ada), PAGE, password=old, new_password=new))

    assert "Error: Change your password" in page
    assert [(at, told in words) for at, words in mistakes(page)] == [(field, True)]
    world.db.expire_all()
    assert ada.password == before


def mistakes(page: str) -> list[tuple[str, str]]:
    """What stands beside fields, with their names."""
    return re.findall(r'class="field__error" id="(\w+)-error">(.*?)</p>', page)


def test_both_passwords_that_are_wrong_are_told_at_once(world: World, ada: Member) -> None:
    browser = world.signed_in(ada)

    empty = text(send(browser, PAGE, password="", new_password=""))
    wrong = text(send(browser, PAGE, password="not hers", new_password="short"))

    assert [at for at, _ in mistakes(empty)] == ["password", "new_password"]
    assert [words.rpartition(">")[2][:25] for _, words in mistakes(wrong)] == [
        "That is not your present ",
        "Choose a password of 12 c",
    ]
