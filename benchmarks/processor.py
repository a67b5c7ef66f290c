"""Processor time of this process and of the PostgreSQL processes that work for it.

On a machine that others use too, it tells how much longer something takes where a clock tells how
busy the others are. A query's parallel helpers are not seen: where they matter the clock shows it.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


class Processor:
    """Knows every connection that ``engine`` opens from now on."""

    def __init__(self, engine: Engine) -> None:
        self._backends: set[int] = set()
        event.listen(engine, "connect", self._opened)
        event.listen(engine, "close", self._closed)

    def _opened(self, connection: Any, _: Any) -> None:
        self._backends.add(connection.info.backend_pid)

    def _closed(self, connection: Any, _: Any) -> None:
        self._backends.discard(connection.info.backend_pid)

    def database(self) -> float:
        """Seconds that PostgreSQL has worked for the connections that are open."""
        stats = (Path(f"/proc/{one}/schedstat").read_text() for one in self._backends)
        return sum(int(stat.split()[0]) for stat in stats) / 1e9

    def all(self) -> float:
        """These and the seconds that this process itself has worked."""
        return time.process_time() + self.database()
