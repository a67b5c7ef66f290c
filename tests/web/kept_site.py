"""The site behind its page cache, and how a test changes what it shows."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from accounts import sessions
from accounts.models import Member
from catalog.models import Certificate
from core import clock, db, listening
from reports import experiments
from tests import factories, sites
from web import page_cache
from web.kept_pages import EVERYTHING, KeptPages
from web.kept_parts import CHANGED
from web.page_cache import PageCache

PATIENCE = 20
SECONDS_OF_AGES = 10**10
NOBODY = {"Authorization": "Basic bm9ib2R5"}  # proof of a person, so no kept page answers
AFRESH = NOBODY | {"Cookie": f"{CHANGED}=1"}  # nor is it drawn from kept parts
NAMES = {
    "/": "home",
    "/browse": "all films",
    "/browse?sort=rating": "all films by rating",
    "/browse?sort=name": "all films by name",
    "/browse?length=short": "short films, of which there are none",
    "/browse?certificate=R": "films with a certificate",
    "/genre/drama": "films one and two",
    "/genre/war": "films far and next",
    "/film/one": "film one",
    "/film/one/reviews": "its reviews",
    "/film/two": "film two, which is like one",
    "/film/far": "a film that has nothing to do with them",
    "/film/next": "a film that nothing is known to be like: it shows the most popular",
    "/person/di-rector": "a person of film one",
    "/person/far-away": "a person of the far film",
    "/collection/new-this-week": "a collection with film one",
    "/collection/also-playing": "a collection with the far film",
    "/help": "help",
    "/search": "the search without words",
}
Change = Callable[[Session], object]


@dataclass
class Site:
    """The site behind its page cache, and how a test changes what it shows."""

    app: Flask
    client: Client
    pages: KeptPages

    def get(self, address: str, **headers: str) -> TestResponse:
        """What a visitor is answered."""
        return self.client.get(address, headers=headers)

    def fill(self, address: str) -> TestResponse:
        """What somebody is answered who is nobody we know: from the parts that are kept."""
        return self.get(address, **NOBODY)

    def draw(self, address: str) -> TestResponse:
        """What a visitor would be answered if nothing were kept."""
        return self.get(address, **AFRESH)

    def hear(self) -> None:
        """Wait until everything that was committed so far has been heard."""
        token = secrets.token_hex(8)
        listening.say("pages", token)
        assert self.pages.wait_for(token, PATIENCE)

    def change(self, act: Change) -> None:
        """Commit a change and hear of it."""
        with db.transaction() as session:
            act(session)
        self.hear()

    def kept(self) -> set[str]:
        """The addresses that are answered from what is kept."""
        return {address for address in NAMES if self.pages.find(address)}

    def with_parts(self) -> set[str]:
        """The addresses of which parts are kept."""
        return {one for one in NAMES if self.pages.find_parts(f"{one}#parts#GB")}


@pytest.fixture
def site(fresh_database: str) -> Iterator[Site]:
    """The site with four films, of which two are alike, and every page of ``NAMES`` kept; none ends
    with its quarter of an hour while a test looks whether it is there. The next one has just begun,
    so that the terms, which name it, are the same in all that a test draws."""
    begun = page_cache.next_quarter(clock.now())
    with time_machine.travel(begun), pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_cache, "QUARTER", SECONDS_OF_AGES)
        yield from _kept()


def _kept() -> Iterator[Site]:
    from web import server  # the import reads the settings

    with db.transaction() as session:
        _furnish(session)
    pages = KeptPages(10_000_000, server.look)
    listener = server.listening(pages)
    listener.start()
    behind = sites.made()
    made = Site(behind, Client(PageCache(behind, pages), use_cookies=False), pages)
    assert pages.wait_for(EVERYTHING, PATIENCE)
    made.hear()
    for address in NAMES:
        assert made.get(address).status_code == 200, address
    assert made.kept() == set(NAMES)
    yield made
    listener.stop()
    listening.say("pages", "end")
    listener.join(PATIENCE)


def _furnish(session: Session) -> None:
    factories.offer(session)
    one = factories.title(
        session,
        name="One",
        genres=["Drama"],
        directors=["Di Rector"],
        video_id=factories.video(session).id,
    )
    factories.title(session, name="Two", genres=["Drama"])
    far = factories.title(
        session, name="Far", genres=["War"], directors=["Far Away"], popularity=-5
    )
    factories.title(session, name="Next", genres=["War"], popularity=-6)
    factories.rating(session, one, source="Matinee members")
    factories.review(session, one, text="A first review.")
    session.add(Certificate(title_id=far.id, system="MPA", territory="US", label="R"))
    factories.trailer(session, one, video_id=factories.video(session).id)
    factories.collection(session, "New this week", [one])
    factories.collection(session, "Also playing", [far], position=2)
    for name, other in (("One", "Two"), ("Two", "One"), ("Far", "Next")):
        session.execute(
            text(
                "insert into similar_title select a.id, 1, b.id, 'More drama', now() "
                "from title a, title b where a.name = :name and b.name = :other"
            ),
            {"name": name, "other": other},
        )


def try_words(session: Session) -> None:
    """Begin to try other words on the button."""
    experiments.start(
        session,
        "button-words",
        base_permille=40,
        goal_permille=50,
        actor="operator:1",
        reason="Try",
        now=clock.now(),
    )


def signed_in(session: Session, member: Member) -> str:
    """The cookie of a browser in which ``member`` is signed in."""
    token = sessions.new_token()
    data = {"_user_id": member.fs_uniquifier, "_fresh": True}
    sessions.keep(
        session, token, data, fs_uniquifier=member.fs_uniquifier, device="", now=clock.now()
    )
    return f"session={token}"
