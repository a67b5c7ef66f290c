"""Changing the password with the old one: once typed, and every other browser is signed out."""

from __future__ import annotations

import pytest

from accounts import passwords
from accounts.models import Member
from tests.web.forms import send, text
from tests.world import World

PAGE = "/account/password"
OLD, NEW = "her own password", "a few long words here"


@pytest.fixture
def ada(world: World) -> Member:
    return world.member(email="ada@example.org", password=passwords.hashed(OLD))


def test_a_member_changes_the_password_and_is_signed_out_elsewhere(
    world: World, ada: Member
) -> None:
    here, elsewhere = world.signed_in(ada), world.signed_in(ada)

    answer = send(here, PAGE, password=OLD, new_password=NEW)

    assert (answer.status_code, answer.location) == (302, "/account/profile")
    assert here.get("/account/profile").status_code == 200
    assert elsewhere.get("/account/profile").status_code == 303
    own = {"email": ada.email, "password": NEW}
    signed_in = send(world.site.application.test_client(), "/account/sign-in", **own)
    assert signed_in.status_code == 302


@pytest.mark.parametrize(
    "old, new, field, told",
    [
        ("not hers", NEW, "password", "That is not your present password."),
        ("", NEW, "password", "Type the password."),
        (OLD, OLD, "password", "Choose one other than the present password."),
        (OLD, "short", "new_password", "at least 12 characters"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_changes_nothing(
    world: World, ada: Member, old: str, new: str, field: str, told: str
) -> None:
    before = ada.password

    page = text(send(world.signed_in(ada), PAGE, password=old, new_password=new))

    assert "Error: Change your password" in page
    assert f'href="#{field}"' in page and told in page
    world.db.expire_all()
    assert ada.password == before
