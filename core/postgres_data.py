"""The data folder of the embedded PostgreSQL: made whole or not at all, with one database in it."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from core.postgres_programs import PostgresDown, Programs

NAME = "matinee"
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
timezone = 'UTC'
log_timezone = 'UTC'
"""


def exists(instance: Path) -> bool:
    """Whether ``instance`` has data. A folder with anything else in it is left alone, loudly."""
    data = instance / "data"
    if (data / "PG_VERSION").exists():
        return True
    if data.exists() and any(data.iterdir()):
        raise PostgresDown(f"{data} is not a data folder of PostgreSQL: move it away.")
    return False


def create(instance: Path, programs: Programs) -> None:
    """Make the data folder beside its place and move it in: an interrupted start begins again."""
    data = (instance / "data").resolve()
    fresh, password = data.with_name("data.new"), data.with_name("password.new")
    shutil.rmtree(fresh, ignore_errors=True)
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(secret(instance, "superuser"))
    owner = data.parent.stat()
    os.chown(password, owner.st_uid, owner.st_gid)
    builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    size = log_size(instance)
    with log(instance).open("ab") as output:
        failed = programs.run(
            "initdb",
            *("-D", str(fresh), "-U", "postgres", "-E", "UTF8", "-A", "scram-sha-256"),
            *(builtin if programs.major >= 17 else ("--locale=C.UTF-8",)),
            f"--pwfile={password}",
            output=output,
        )
    password.unlink()
    if failed:
        raise PostgresDown(
            f"The data folder {data} could not be made: {loudest(said_since(instance, size))}"
        )
    with (fresh / "postgresql.conf").open("a") as configuration:
        configuration.write(CONFIGURATION)
    fresh.rename(data)


def create_database(instance: Path, port: int) -> None:
    """The role and the database, where they are missing.

    The owner is no superuser: it may make databases, and add the extensions that PostgreSQL
    trusts to its own.
    """
    role, password = sql.Identifier(NAME), sql.Literal(secret(instance, "owner"))
    superuser = f"postgresql://postgres:{secret(instance, 'superuser')}@127.0.0.1:{port}/postgres"
    try:
        db = psycopg.connect(superuser, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as refused:
        raise PostgresDown(f"PostgreSQL in {instance} lets nobody in: {refused}") from refused
    with db:
        if not _found(db, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
            db.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
        db.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
        if not _found(db, "SELECT 1 FROM pg_database WHERE datname = %s"):
            db.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))


def _found(db: psycopg.Connection, question: str) -> bool:
    return db.execute(question.encode(), [NAME]).fetchone() is not None


def secret(instance: Path, name: str) -> str:
    """The generated password of ``owner`` or ``superuser``, readable by this account alone."""
    path = instance / f"{name}_password"
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(24))
        fresh.rename(path)
    return path.read_text()


def log(instance: Path) -> Path:
    """Where the server writes what happens to it."""
    path = instance.parent / "logs" / "postgres.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def log_size(instance: Path) -> int:
    """How long the server's log is now, in bytes."""
    return log(instance).stat().st_size if log(instance).exists() else 0


def said_since(instance: Path, size: int) -> str:
    """What was added to the server's log after its first ``size`` bytes."""
    return log(instance).read_bytes()[size:].decode(errors="replace")


def loudest(text: str) -> str:
    """The line of a log that says why something ended."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    loud = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    return (loud or lines or ["its log says nothing."])[-1]
