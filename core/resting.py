"""A connection that has rested is asked whether it lives before it is used again.

One that was used a moment ago is only looked at: a server that ends says so on the line, which the
look sees and which costs no answer of the database. What ends without a word, such as a machine
that loses its power, is found by the question a moment later.
"""

from __future__ import annotations

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

A_MOMENT = 1.0  # seconds


def asked_after_a_rest(engine: Engine) -> Engine:
    """``engine``, whose pool asks its connections only when they have rested or something has
    come on their line."""
    usual = engine.dialect.do_ping
    rests_since: WeakKeyDictionary[Any, float] = WeakKeyDictionary()

    def rest(connection: Any, _: object) -> None:
        if connection is not None:
            rests_since[connection] = time.monotonic()

    def ping(connection: Any) -> bool:
        rested = time.monotonic() - rests_since.get(connection, 0) > A_MOMENT
        return usual(connection) if rested or not _is_quiet(connection) else True

    event.listen(engine, "checkin", rest)
    engine.dialect.do_ping = ping  # type: ignore[assignment]  # the pool asks it by no event
    return engine


def _is_quiet(connection: Any) -> bool:
    """Whether the line is open and nothing waits on it: the end of the server would."""
    if connection.closed:
        return False
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return not line.poll(0)
