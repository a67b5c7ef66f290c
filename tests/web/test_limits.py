"""Where tries cannot be counted: trying is limited in each process; pages and machines are not."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from accounts import request_counts, sessions
from accounts.models import RequestCount
from core import clock
from core.db import transaction
from tests import factories, sites
from tests.web.forms import send
from tests.world import World
from workers import upkeep

ALLOWED = 20  # tries a minute and process


def test_without_the_table_of_counts_only_tries_are_limited(world: World) -> None:
    world.db.execute(text("alter table request_count rename to lost"))
    world.db.commit()

    typed = {"email": "noel@example.org", "password": "wrong"}
    tries = [send(world.site, "/account/sign-in", **typed).status_code for _ in range(ALLOWED + 5)]
    pages = [world.site.get("/help").status_code for _ in range(ALLOWED + 5)]
    events = [world.site.post("/webhooks/stripe").status_code for _ in range(ALLOWED + 5)]

    assert Counter(tries) == {200: ALLOWED, 429: 5}
    assert Counter(pages) == {200: ALLOWED + 5}
    assert Counter(events) == {400: ALLOWED + 5}  # unsigned, and told so


@pytest.mark.usefixtures("fresh_database")  # what is refused is counted over another connection
@pytest.mark.parametrize(
    ("path", "field", "most"),
    [
        ("/account/sign-in", "{}@example.org", 10),
        ("/account/sign-in/link", "{}@example.org", 10),
        ("/account/sign-up", "{}@example.org", 5),
        ("/cancel", "{}@example.org", 10),
        ("/cancellation", "{}@example.org", 10),
        ("/withdraw", "{}@example.org", 10),
        ("/account/sign-up/{}", "", 10),
        ("/account/sign-in/link/{}", "", 10),
        ("/account/sign-in/link/{}/again", "", 10),
    ],
)
def test_one_account_or_link_is_tried_so_often_from_all_addresses_together(
    path: str, field: str, most: int
) -> None:
    browser = trusting_site().test_client()
    typed = {"name": "Ada", "kind": "ordinary", "password": "a few long words here"}

    def is_made_to_wait(number: int, whose: str) -> bool:
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        data = typed | {"email": field.format(whose)}
        return browser.post(path.format(whose), data=data).status_code == 429

    assert [is_made_to_wait(number, "ada") for number in range(most)] == [False] * most
    assert is_made_to_wait(most, "ada")
    assert not is_made_to_wait(most, "bob")


@pytest.mark.usefixtures("fresh_database")
def test_an_address_in_letters_of_another_width_is_the_same_account() -> None:
    browser = trusting_site().test_client()
    letters = [chr(ord(letter) + 0xFEE0) for letter in "example"]  # of the width of a Chinese one
    wide = [f"ada@{''.join(letters[:many])}{'example'[many:]}.org" for many in range(1, 8)]
    usual = ["ada@example.org", " ada@example.org"]
    spelled = [*wide, "Ada@Example.org", "ada@example\u3002org", *usual]

    tries = []
    for number, email in enumerate(spelled):
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        typed = {"email": email, "password": "wrong"}
        tries.append(browser.post("/account/sign-in", data=typed).status_code)

    assert tries == [200] * 10 + [429]


@pytest.mark.usefixtures("fresh_database")
def test_a_member_finds_sixty_reviews_helpful_in_an_hour_from_all_addresses_together() -> None:
    site = trusting_site()
    ada, bob = signed_in(site), signed_in(site)

    def is_made_to_wait(browser: FlaskClient, number: int) -> bool:
        browser.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        return browser.post("/film/none/reviews/1/helpful").status_code == 429

    assert [is_made_to_wait(ada, number) for number in range(60)] == [False] * 60
    assert is_made_to_wait(ada, 60)
    assert not is_made_to_wait(bob, 60)


def trusting_site() -> Flask:
    """A site that asks for no token of its forms."""
    site = sites.made()
    site.config["WTF_CSRF_ENABLED"] = False
    return site


def signed_in(site: Flask) -> FlaskClient:
    """A browser in which somebody new is signed in."""
    token, browser = sessions.new_token(), site.test_client()
    with transaction() as db:
        name = factories.member(db).fs_uniquifier
        data = {"_user_id": name, "_fresh": True}
        sessions.keep(db, token, data, fs_uniquifier=name, device="", now=clock.now())
    browser.set_cookie("session", token)
    return browser


def test_an_address_that_asked_is_forgotten_once_its_span_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given three who tried to sign in, and six minutes later one more
    monkeypatch.setattr(request_counts, "A_SET", 2)
    for name in ("ada", "bob", "eve"):
        send(world.site, "/account/sign-in", email=f"{name}@example.org", password="wrong")
    world.leap(minutes=6)
    send(world.site, "/account/sign-in", email="noel@example.org", password="wrong")

    # when what is too old is removed
    upkeep.purge_sessions()

    # then the last one is counted on
    kept = world.db.scalars(select(RequestCount.key)).all()
    assert len(kept) == 2 and any("noel@example.org" in key for key in kept)
