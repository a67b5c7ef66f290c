"""The versions of the schema: where a database stands, and how it gets to another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from core import db

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 5_240_917


def upgrade(url: str | None = None, *, to: str = "head") -> str | None:
    """Bring the database at ``url`` (ours, unless given) to ``to``; returns where it stands then.

    One migration runs at a time: a second caller waits and finds the work done. A step that
    cannot have its lock on a busy table within seconds fails whole and can be run again.
    """
    return _moved(url, lambda configuration: command.upgrade(configuration, to))


def downgrade(url: str | None = None, *, to: str) -> str | None:
    """Take the database back to ``to`` (a version, ``-1``, or ``base``)."""
    return _moved(url, lambda configuration: command.downgrade(configuration, to))


def write(message: str) -> None:
    """Write a new version from the difference between the models and the database."""
    _moved(None, lambda configuration: command.revision(configuration, message, autogenerate=True))


def current(connection: Connection) -> str | None:
    """The version that the database behind ``connection`` has; ``None`` before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest version that this code knows."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def _moved(url: str | None, move: Callable[[Config], object]) -> str | None:
    engine = create_engine(db.driver_url(url) if url else db.url(), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        move(configuration)
        return current(connection)
