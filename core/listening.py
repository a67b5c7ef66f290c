"""Hearing what other processes say by PostgreSQL's NOTIFY, and knowing when one cannot hear."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from core import db

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
PROOF_SECONDS = 5
PAUSE_SECONDS = 1
# A line that died without a word is noticed by the kernel within ten seconds.
LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 9000,
}


class Unheard(OSError):
    """What was said by one connection did not reach the other: a pooler stands between them."""


class Listener(threading.Thread):
    """Listens on ``channel`` for as long as the process lives, on a connection of its own.

    ``on_open`` is called when it hears from now on, ``on_heard`` with each payload, ``on_alive``
    every few seconds while the line answers, and ``on_lost`` when it does not.
    """

    def __init__(
        self,
        channel: str,
        *,
        on_open: Callable[[], None],
        on_heard: Callable[[str], None],
        on_alive: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        super().__init__(name=f"listening to {channel}", daemon=True)
        self.channel = channel
        self.on_open, self.on_heard = on_open, on_heard
        self.on_alive, self.on_lost = on_alive, on_lost
        self._ends = threading.Event()

    def stop(self) -> None:
        """End it with the next thing heard, or the next heartbeat."""
        self._ends.set()

    def run(self) -> None:
        """Listen; after a loss, try again every second."""
        while not self._ends.is_set():
            try:
                self._listen()
            except (psycopg.Error, SQLAlchemyError, OSError) as lost:
                log.warning("listening.lost", extra={"error": type(lost).__name__})
            finally:
                self.on_lost()
            self._ends.wait(PAUSE_SECONDS)

    def _listen(self) -> None:
        engine = create_engine(
            db.url(), poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=LINE
        )
        with engine.connect() as connection:
            line: Any = connection.connection.driver_connection
            line.execute(f'LISTEN "{self.channel}"')
            self._prove(line)
            self.on_open()
            while not self._ends.is_set():
                # Read to its end: what has arrived in one packet would be lost with the generator.
                for said in line.notifies(timeout=HEARTBEAT_SECONDS):
                    self.on_heard(said.payload)
                    if self._ends.is_set():
                        return
                line.execute("SELECT 1")
                self.on_alive()

    def _prove(self, line: Any) -> None:
        """Say something by another connection and hear it. Raises ``Unheard``."""
        token = secrets.token_hex(8)
        say(self.channel, token)
        for said in line.notifies(timeout=PROOF_SECONDS):
            if said.payload == token:
                return
        raise Unheard(f"nothing is heard on {self.channel}: does a pooler stand in between?")


def say(channel: str, payload: str) -> None:
    """Say ``payload`` to everybody who listens on ``channel``."""
    with db.transaction() as session:
        said = {"channel": channel, "payload": payload}
        session.execute(text("SELECT pg_notify(:channel, :payload)"), said)
