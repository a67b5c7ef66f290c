"""What tests of pages share: the site in process, people signed in, a day that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import Member
from billing.models import Offer
from core import clock
from tests import sites
from tests.factories import NOW


@pytest.fixture
def today() -> Iterator[None]:
    """It is noon on 22 November 2026 for the whole test."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(db: Session) -> Flask:
    """The site on the test's database."""
    return sites.made()


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return site.test_client()


@pytest.fixture
def signed_in_as(db: Session, site: Flask) -> Callable[[Member], FlaskClient]:
    """Makes a browser in which a member is signed in."""

    def browser(member: Member) -> FlaskClient:
        token = sessions.new_token()
        data = {"_user_id": member.fs_uniquifier, "_fresh": True}
        sessions.keep(
            db, token, data, fs_uniquifier=member.fs_uniquifier, device="", now=clock.now()
        )
        db.flush()
        client = site.test_client()
        client.set_cookie("session", token)
        return client

    return browser


@pytest.fixture
def offer(db: Session) -> Offer:
    """What is sold: thirty days free, then £6.99 a month."""
    made = Offer(
        code="standard",
        name="Matinee",
        amount_minor=699,
        currency="gbp",
        interval="month",
        trial_days=30,
        stripe_price_id="price_standard",
    )
    db.add(made)
    db.flush()
    return made
