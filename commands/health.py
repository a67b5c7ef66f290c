"""``matinee health``: whether this process would have what it stands on, for health checks."""

from __future__ import annotations

import sys
import urllib.request

import click
from sqlalchemy.exc import SQLAlchemyError

from core import db, migrations
from core import settings as settings_room

PATIENCE_SECONDS = 5


@click.command()
@click.option("--site", is_flag=True, help="Ask the site itself instead.")
def health(site: bool) -> None:
    """Say what answers: the database at its newest version, and the broker."""
    checks = {"site": _site} if site else {"database": _database, "broker": _broker}
    answers = {name: check() for name, check in checks.items()}
    for name, complaint in answers.items():
        click.echo(f"{name}: {complaint or 'answers'}")
    sys.exit(1 if any(answers.values()) else 0)


def _site() -> str | None:
    address = f"http://127.0.0.1:{settings_room.current().port}/readyz"
    try:
        urllib.request.urlopen(address, timeout=PATIENCE_SECONDS).close()
    except OSError as away:
        return str(away)
    return None


def _database() -> str | None:
    try:
        with db.session() as session:
            has = migrations.current(session.connection())
    except SQLAlchemyError as away:
        return type(away).__name__
    newest = migrations.head()
    return None if has == newest else f"is at {has or 'base'}, and this code needs {newest}"


def _broker() -> str | None:
    # Celery's app knows which broker it is; its connection says what can go wrong with it.
    from workers.app import app

    connection = app.connection_for_write(connect_timeout=PATIENCE_SECONDS)
    failures: tuple[type[BaseException], ...] = (
        *connection.recoverable_connection_errors,
        *connection.connection_errors,
        OSError,
    )
    try:
        connection.connect()
    except failures as away:
        return type(away).__name__
    finally:
        connection.release()
    return None
