"""Moments of a world at which many tests begin: lived through once, begun from as often as asked.

What a test does from there on is forgotten at its end, so that none hears of another.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import Engine

from billing.models import Offer
from catalog.models import Title
from core import settings
from tests import databases
from tests import world as worlds
from tests.world import Postman, World

Lives = Callable[[World], object]
FURNISHINGS = {"offer": Offer, "title": Title}


@dataclass(frozen=True)
class Moment:
    """Where a world is kept, and what of it was in memory: Stripe's side, the e-mails, who takes
    the deliveries, and which rows are its offer and its film."""

    engine: Engine
    url: str
    home: Path
    stripe: bytes
    mails: list[EmailMessage]
    postman: Postman | None
    furnished: dict[str, int]

    @contextmanager
    def again(self, home: Path) -> Iterator[World]:
        """The world as it was then, in a home of its own, until the end of the block."""
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        with (
            databases.in_one_transaction(self.engine, self.url) as db,
            worlds.made(db, home) as world,
        ):
            there = world.sandbox.engine
            there.store, there.agenda, there.clock = pickle.loads(self.stripe)  # noqa: S301  # our own
            world.mailbox.messages.extend(self.mails)
            world.postman = self.postman
            for name, number in self.furnished.items():
                setattr(world, name, db.get_one(FURNISHINGS[name], number))
            yield world


@dataclass
class Moments:
    """Those that were asked for so far, each on a database of its own until ``ends``."""

    server: str
    folder: Path
    ends: ExitStack
    known: dict[str, Moment] = field(default_factory=dict)

    def after(self, name: str, lives: Lives) -> Moment:
        """The moment after ``lives``, which is called where no moment of that name is known."""
        if name not in self.known:
            with ExitStack() as begun:
                self.known[name] = self._lived(lives, begun)
                self.ends.push(begun.pop_all())
        return self.known[name]

    def of(self, request: pytest.FixtureRequest, stories: Mapping[str, Lives]) -> Moment:
        """The moment after the first of ``stories`` that is named like something that the test
        asks for, or one at which nothing has happened."""
        asked = next((name for name in stories if name in request.fixturenames), "nothing")
        return self.after(asked, stories.get(asked, lambda world: None))

    def _lived(self, lives: Lives, begun: ExitStack) -> Moment:
        number, before = len(self.known), settings.current()
        home = Path(mkdtemp(dir=self.folder))
        url = begun.enter_context(databases.clone(self.server, f"moment_{number}"))
        engine = databases.connected(url)
        begun.callback(engine.dispose)
        settings.use(before.model_copy(update={"home": home}))
        with (
            databases.in_one_transaction(engine, url, keeps=True) as db,
            worlds.made(db, home) as world,
        ):
            lives(world)
            db.commit()
            moment = _noted(world, engine, url)
        settings.use(before)
        return moment


def _noted(world: World, engine: Engine, url: str) -> Moment:
    there = world.sandbox.engine
    return Moment(
        engine,
        url,
        world.home,
        stripe=pickle.dumps((there.store, there.agenda, there.clock)),
        mails=list(world.mailbox.messages),
        postman=world.postman,
        furnished={name: vars(world)[name].id for name in FURNISHINGS if name in vars(world)},
    )
