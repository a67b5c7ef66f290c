"""The databases of a test run: one embedded server, one migrated template, a quick clone each."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from core import db as core_db
from core import migrations, postgres, settings
from tests import in_memory, savepoints

HOME = Path(__file__).resolve().parent.parent / "var" / "test"
OWN_SERVER = "MATINEE_TEST_DATABASE_URL"
LONGEST_SOCKET = 100  # bytes, and a few to spare: what systems allow in its name


@contextmanager
def server() -> Iterator[str]:
    """The server to test on: the one that the environment names, or an embedded one.

    That one is in memory and shared by runs that go on side by side; where there is no room, it
    is kept between runs in ``var/test``. Its data may be lost with the machine.
    """
    given = os.environ.get(OWN_SERVER)
    if given:
        yield given
    else:
        with in_memory.folder(HOME) as home, postgres.hold(home, fsync=False) as url:
            yield url


@contextmanager
def clone(server_url: str, name: str) -> Iterator[str]:
    """A migrated database called ``name``, gone at the end of the block."""
    name = f"t_{os.getpid()}_{name}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        with _one_at_a_time():
            template = _template(admin, server_url)
            _run(admin, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        try:
            yield _beside(server_url, name)
        finally:
            _drop(admin, name)


@contextmanager
def empty(server_url: str, name: str) -> Iterator[str]:
    """A database called ``name`` with nothing in it, gone at the end of the block."""
    name = f"t_{os.getpid()}_{name}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        _run(admin, "CREATE DATABASE {}", name)
        try:
            yield _beside(server_url, name)
        finally:
            _drop(admin, name)


def connected(url: str) -> Engine:
    """The connections to a database; the caller disposes of them."""
    made = make_url(core_db.driver_url(url))
    arguments = {"options": core_db.OPTIONS}
    for home in (in_memory.place(HOME), HOME):
        near = home / "postgres" / "data" / f".s.PGSQL.{made.port}"
        if near.exists() and len(bytes(near)) < LONGEST_SOCKET:
            arguments["host"] = str(near.parent)  # a third quicker than its port
    return savepoints.straight(create_engine(made, connect_args=arguments))


def use(url: str) -> None:
    """Let the settings name this database."""
    settings.use(settings.current().model_copy(update={"database_url": SecretStr(url)}))


@contextmanager
def in_one_transaction(engine: Engine, url: str, *, keeps: bool = False) -> Iterator[Session]:
    """A session whose transaction every other session of this process joins for the block, so that
    each sees what the others have committed. At the end all of it is undone, or kept."""
    use(url)
    try:
        with engine.connect() as connection:
            outer = connection.begin()
            core_db.connect(connection)
            core_db.Sessions.configure(join_transaction_mode="create_savepoint")
            with core_db.session() as session:
                yield session
            if keeps:
                outer.commit()
            else:
                outer.rollback()
    finally:
        core_db.Sessions.configure(bind=None, join_transaction_mode="conditional_savepoint")


def _drop(admin: psycopg.Connection, name: str) -> None:
    """Drop a database and whoever is still connected to it. An autovacuum worker in it belongs to
    no role, so that ``FORCE`` may not end it; a plain drop asks it to go."""
    try:
        _run(admin, "DROP DATABASE {} WITH (FORCE)", name)
    except psycopg.errors.InsufficientPrivilege:
        with suppress(psycopg.errors.ObjectInUse):
            _run(admin, "DROP DATABASE {}", name)
            return
        _run(admin, "DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _template(admin: psycopg.Connection, server_url: str) -> str:
    """The name of the migrated template, made afresh when a migration has changed."""
    versions = sorted((migrations.FOLDER / "versions").glob("*.py"))
    content = b"".join(path.read_bytes() for path in versions)
    template = f"template_{hashlib.sha256(content).hexdigest()[:12]}"
    names = [str(row[0]) for row in admin.execute("SELECT datname FROM pg_database")]
    if template not in names:
        for old in names:
            if old.startswith("template_") or _is_left_over(old):
                _run(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
        _run(admin, "CREATE DATABASE {}", "template_new")
        migrations.upgrade(_beside(server_url, "template_new"))
        _run(admin, "ALTER DATABASE {} RENAME TO {}", "template_new", template)
    return template


def _is_left_over(name: str) -> bool:
    """Whether a clone's run was killed before it could drop it."""
    parts = name.split("_")
    return parts[0] == "t" and not Path(f"/proc/{parts[1]}").exists()


def _run(admin: psycopg.Connection, statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _beside(server_url: str, name: str) -> str:
    return f"{server_url.rpartition('/')[0]}/{name}"
