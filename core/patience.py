"""How long people are let wait for a database that says nothing. Workers and commands, whose
statements run long, wait as long as it takes."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

T = TypeVar("T")
CONNECT_SECONDS = 2
PING_SECONDS = 3.0
READING_SECONDS = 6.0
LONGEST_SECONDS = 60.0  # of whoever waits for a lock that another holds, and for a long report

seconds: ContextVar[float] = ContextVar("seconds", default=LONGEST_SECONDS)


class Impatient(psycopg.Connection[Any]):
    """A connection that gives up what is not answered in so many ``seconds``. No time-out of the
    server's ends such a wait, for it is the server that stands still."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """What ``gen`` answers. Raises ``OperationalError`` where it takes too long."""
        try:
            return super().wait(gen, interval, seconds.get() if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()  # nobody knows what becomes of it: it is not used again
            raise


def bounded(engine: Engine) -> Engine:
    """``engine`` with connections that give up: one that lay idle soonest, when it is taken up."""
    usual = engine.dialect.do_ping

    def connect(_: object, __: object, given: list[Any], named: dict[str, Any]) -> Impatient:
        return Impatient.connect(*given, **{**named, "connect_timeout": CONNECT_SECONDS})

    def ping(connection: DBAPIConnection) -> bool:
        before = seconds.set(PING_SECONDS)
        try:
            return usual(connection)
        finally:
            seconds.reset(before)

    event.listen(engine, "do_connect", connect)
    engine.dialect.do_ping = ping  # type: ignore[assignment]  # the pool asks it by no event
    return engine
