"""Connections that lay idle: asked after a rest, looked at before, and replaced where they died."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from core import db, resting

OTHERS = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


def backend() -> int:
    """The number of the server's process that answers."""
    with db.single() as once:
        return int(once.execute(text("select pg_backend_pid()")).scalar_one())


def end_all(url: str) -> None:
    """End every connection to the database, as a restart does."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(OTHERS)


@pytest.mark.parametrize("a_moment", [resting.A_MOMENT, -1])
def test_a_connection_that_a_restart_ended_is_replaced_however_short_its_rest(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, a_moment: float
) -> None:
    monkeypatch.setattr(resting, "A_MOMENT", a_moment)
    before = backend()

    end_all(fresh_database)

    assert backend() != before


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize(("a_moment", "asked"), [(60, 0), (-1, 3)])
def test_a_connection_is_asked_whether_it_lives_only_after_a_rest(
    monkeypatch: pytest.MonkeyPatch, a_moment: float, asked: int
) -> None:
    monkeypatch.setattr(resting, "A_MOMENT", a_moment)
    pings: list[object] = []

    def ping(_: object, connection: object) -> bool:
        pings.append(connection)
        return True

    monkeypatch.setattr(PGDialect_psycopg, "do_ping", ping)
    found = db.engine()

    for _ in range(4):  # a new connection is asked nothing
        found.connect().close()
    found.dispose()

    assert len(pings) == asked
