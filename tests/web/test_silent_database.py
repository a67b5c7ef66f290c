"""A database that says nothing: people are answered in time, and it is used again afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from core import db, patience, settings
from tests.web.relay import Relay, relay
from web import server


@pytest.fixture
def line(fresh_database: str) -> Iterator[Relay]:
    """The line of this process to its database."""
    there = make_url(fresh_database)
    with relay(there.host or "", there.port or 0) as made:
        here = there.set(host="127.0.0.1", port=made.port).render_as_string(hide_password=False)
        changed = {"database_url": SecretStr(here), "page_cache_mb": 0}
        settings.use(settings.current().model_copy(update=changed))
        yield made
        db.Sessions.kw["bind"].dispose()


def test_a_page_is_refused_in_ten_seconds_when_the_database_falls_silent(line: Relay) -> None:
    browser = Client(server.site())
    assert browser.get("/account/sign-in").status_code == 200  # and the browser has a session

    line.silent.set()
    began = time.monotonic()
    answer = browser.get("/")
    took = time.monotonic() - began
    line.silent.clear()

    assert (answer.status_code, took < 10) == (503, True)
    assert browser.get("/").status_code == 200


def test_a_statement_is_given_up_with_its_connection(line: Relay) -> None:
    db.connect(patience.bounded(db.engine()))

    with pytest.raises(OperationalError, match="timeout"), db.transaction() as session:
        assert session.scalar(text("select 1")) == 1
        before = patience.seconds.set(0.5)
        try:
            session.execute(text("select pg_sleep(5)"))
        finally:
            patience.seconds.reset(before)

    with db.transaction() as session:
        assert session.scalar(text("select 1")) == 1
