"""Devices as people call them, and the page that tells those of one member apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from access import explanation
from accounts import sessions
from accounts.models import Member
from core import clock
from tests import factories
from tests.web.reading import parsed, text_of
from tests.world import World
from web import devices

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Edg/140.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel) Gecko/20100101 Firefox/143.0", "Firefox on a Mac"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_is_named_as_people_call_it(sent: str, name: str) -> None:
    assert devices.name(sent) == name


def test_browsers_of_one_kind_are_told_apart_and_so_are_their_buttons(
    db: Session, today: None, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    # given Ada in Auckland, who is signed in with two browsers of one kind beside this one
    ada = factories.member(db, zone="Pacific/Auckland")
    here = signed_in_as(ada)
    sent = f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/140.0 Safari/537.36"
    for hours in (1, 30):
        sign_in(db, ada, sent, before=timedelta(hours=hours))

    # when she looks at her devices
    page = here.get("/account/devices").text

    # then each says when it was used and since when it is signed in, in her zone
    assert text_of(page).count("A browser (this device) Last used") == 1
    told = re.findall(r"Chrome on Linux Last used (.+?) Signed in (.+?) Sign out", text_of(page))
    assert told == [
        ("23 November 2026, 00:00, Auckland time", "22 November 2026, 23:00, Auckland time"),
        ("21 November 2026, 19:00, Auckland time", "21 November 2026, 18:00, Auckland time"),
    ]

    # and no two buttons have the same name
    buttons = ["".join(one.itertext()) for one in parsed(page).iter("button")]
    assert len(set(buttons)) == len(buttons) >= 3


def test_a_browser_that_is_signed_out_while_its_page_is_drawn_stays_signed_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a browser that was not seen for two minutes, and then asks for the account page
    ada = world.member(email="ada@example.org")
    browser = world.signed_in(ada)
    world.leap(minutes=2)
    [row] = sessions.of_member(world.db, ada.id)
    before(monkeypatch, lambda: sessions.end_one(world.db, ada.id, row.id))

    # when it is signed out from elsewhere in the middle
    assert browser.get("/account").status_code == 200

    # then it is asked to sign in
    assert browser.get("/account").status_code == 303
    assert sessions.of_member(world.db, ada.id) == []


def test_a_page_that_was_only_looked_at_loses_nothing_that_another_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a browser that was not seen for two minutes, and then asks for the account page
    ada = world.member(email="ada@example.org")
    browser = world.signed_in(ada)
    browser.get("/account")
    world.leap(minutes=2)

    def keep_a_link() -> None:
        [row] = sessions.of_member(world.db, ada.id)
        row.data = row.data | {"sign_in_link": 7}
        world.db.commit()

    # when another page of it keeps something in the middle
    before(monkeypatch, keep_a_link)
    browser.get("/account")

    # then it is kept, and the browser was seen now
    world.db.expire_all()
    [row] = sessions.of_member(world.db, ada.id)
    assert (row.data.get("sign_in_link"), row.last_seen_at) == (7, world.now)


def before(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen elsewhere while the account page is drawn."""
    drawn = explanation.of

    def later(*given: Any, **named: Any) -> explanation.Explained:
        act()
        return drawn(*given, **named)

    monkeypatch.setattr(explanation, "of", later)


def sign_in(db: Session, member: Member, device: str, *, before: timedelta) -> None:
    """A browser that was signed in an hour before it was last used."""
    token, seen = sessions.new_token(), clock.now() - before
    begun, name = seen - timedelta(hours=1), member.fs_uniquifier
    sessions.keep(db, token, {}, fs_uniquifier=name, device=device, now=begun)
    db.flush()
    sessions.note_seen(db, token, now=seen)
