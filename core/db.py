"""The database: one engine, one session a request or task, one transaction each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from core import postgres, resting, settings

log = logging.getLogger(__name__)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Compiling a query takes longer than any of ours saves by it.
OPTIONS = "-c timezone=UTC -c jit=off"


class Base(DeclarativeBase):
    """The parent of every table. Instants are aware; constraint names are predictable."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True)}


Sessions = sessionmaker()


def url() -> str:
    """Where the database is: the setting, or the embedded server of the home folder."""
    found = settings.current()
    if found.database_url is not None:
        text = found.database_url.get_secret_value()
    else:
        text = postgres.running_url(found.home)
    return driver_url(text)


def driver_url(text: str) -> str:
    """``postgresql://…`` in the spelling that names SQLAlchemy's driver."""
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def engine() -> Engine:
    """Connections to the settings' database; the first is made when it is needed."""
    return resting.asked_after_a_rest(
        create_engine(
            url(),
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            connect_args={"connect_timeout": 5, "options": OPTIONS},
        )
    )


def connect(bind: Engine | Connection | None = None) -> None:
    """Bind this process's sessions, to the settings' database unless one is given."""
    Sessions.configure(bind=engine() if bind is None else bind)


def session() -> Session:
    """A new session; the caller ends it."""
    if "bind" not in Sessions.kw or Sessions.kw["bind"] is None:
        connect()
    return Sessions()


def reading() -> Session:
    """A session without a transaction around it: each statement stands and commits for itself.

    For what only reads, which so saves the database two answers. What it has read stays as it
    was. Where sessions share one connection, as in tests, it joins that one's transaction.
    """
    db = session()
    bind = db.get_bind()
    if isinstance(bind, Engine):
        db.bind = _committing_by_itself(bind)
        db.expire_on_commit = False
    return db


@lru_cache(maxsize=1)
def _committing_by_itself(bind: Engine) -> Engine:
    return bind.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: committed when the block ends well, undone when it raises."""
    db = session()
    try:
        yield db
        db.commit()
    except BaseException:
        db.rollback()
        raise
    finally:
        db.close()


@contextmanager
def single() -> Iterator[Session]:
    """For one statement, which commits by itself: no transaction is opened around it.

    Where sessions share one connection, as in tests, it joins that one's transaction.
    """
    db = reading()
    try:
        yield db
        db.commit()
    finally:
        db.close()


@contextmanager
def held() -> Iterator[Session]:
    """A transaction that writes nothing and holds locks: let go of at the end, however it comes."""
    db = session()
    try:
        yield db
    finally:
        try:
            with suppress(PendingRollbackError):  # the connection broke, and the locks went with it
                db.commit()
        finally:
            db.close()  # the locks go even where the commit fails


@contextmanager
def on_one_connection() -> Iterator[Session]:
    """A session whose transactions all use one connection, so that a temporary table outlives a
    commit. The caller commits; what is not committed at the end is undone."""
    bind = session().get_bind()
    with ExitStack() as ends:
        connection = bind if isinstance(bind, Connection) else ends.enter_context(bind.connect())
        db = Sessions(bind=connection)
        ends.callback(db.close)
        yield db


def keep(db: Session) -> None:
    """Commit what stands so far, before the outside world is asked: an intent that is kept, with
    its idempotency key, can be taken up again when the answer is lost."""
    db.commit()


def after_commit(db: Session, ring: Callable[..., Any], *args: Any) -> None:
    """Ring a bell once ``db`` has committed. A bell that fails is logged, never raised:
    the work is a row already, and the sweep finds it."""

    def once(_: Session) -> None:
        try:
            ring(*args)
        except OSError as silent:
            log.warning("bell.silent", extra={"error": type(silent).__name__})

    event.listen(db, "after_commit", once, once=True)


def epoch(seconds: int | None) -> datetime | None:
    """Stripe's seconds since 1970 as an aware instant; ``None`` stays ``None``."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
