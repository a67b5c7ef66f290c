"""Savepoints at a third of their price. The sessions of a test share one transaction, so that each
begins with a savepoint and ends with another word about it: four of ten things that are said to
the database, which need no compiler."""

from __future__ import annotations

from psycopg import Connection, errors
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection as Wrapped
from sqlalchemy import Engine


def straight(engine: Engine) -> Engine:
    """``engine``, whose savepoints go straight to the database from here on."""
    vars(engine.dialect).update(do_savepoint=_begin, do_release_savepoint=_release)
    return engine


def _begin(wrapped: Wrapped, name: str) -> None:
    _say(wrapped, f"SAVEPOINT {name}")


def _release(wrapped: Wrapped, name: str) -> None:
    _say(wrapped, f"RELEASE SAVEPOINT {name}")


def _say(wrapped: Wrapped, words: str) -> None:
    connection = wrapped.connection.dbapi_connection
    assert isinstance(connection, Connection)
    there = connection.pgconn
    if there.transaction_status == TransactionStatus.IDLE:  # the driver begins with what it says
        connection.execute("SELECT")
    answer = there.exec_(words.encode())
    if answer.status != ExecStatus.COMMAND_OK:
        raise errors.error_from_result(answer)
