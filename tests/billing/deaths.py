"""Workers that die: at a statement, a commit, a call to Stripe, an e-mail, before they say done.

A death is what ``kill -9`` leaves: what was committed stays, the rest of the work is never done,
and the broker hands the message out again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, Engine, event

from tests.mailbox import Killed, MemoryMailbox
from tests.world import World
from workers import services

ODDS = {
    "statement": 1 / 250,
    "commit": 1 / 40,
    "call": 1 / 40,
    "answer": 1 / 40,
    "before mail": 1 / 10,
    "after mail": 1 / 10,
    "before saying done": 1 / 10,
}
ONLOOKER = "onlooker"


class Reaper:
    """Takes workers at random, at the points named in ``ODDS``; ``died`` counts where."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.died: Counter[str] = Counter()

    def passes(self, point: str) -> None:
        """A worker comes by here. Raises ``Killed`` where it is its last step."""
        if self.chance.random() < ODDS[point]:
            self.died[point] += 1
            raise Killed(point)

    @contextmanager
    def at_work(self, engine: Engine, world: World) -> Iterator[None]:
        """Within this block everything that workers do is full of such points."""
        listeners: list[tuple[str, Callable[..., None]]] = [
            ("before_cursor_execute", self._at_statement),
            ("commit", self._at_commit),
        ]
        for name, listener in listeners:
            event.listen(engine, name, listener)
        world.transport.passes = self.passes
        services.use(world.stripe, _Counter(world.mailbox, self))
        try:
            yield
        finally:
            for name, listener in listeners:
                event.remove(engine, name, listener)
            world.transport.passes = None
            services.use(world.stripe, world.mailbox)

    def _at_statement(self, connection: Connection, *_: Any) -> None:
        if ONLOOKER not in connection.get_execution_options():
            self.passes("statement")

    def _at_commit(self, connection: Connection) -> None:
        if ONLOOKER not in connection.get_execution_options():
            self.passes("commit")


class _Counter:
    """The mail server's counter, before which and after which a sender may die."""

    def __init__(self, mailbox: MemoryMailbox, reaper: Reaper) -> None:
        self._mailbox, self._reaper = mailbox, reaper

    def send(self, message: EmailMessage) -> None:
        """Hand one e-mail in."""
        self._reaper.passes("before mail")
        self._mailbox.send(message)
        self._reaper.passes("after mail")
