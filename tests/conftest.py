"""What every test may ask for: settings of its own, a database that forgets, a browser."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import hypothesis
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import db as core_db
from core import settings
from tests import databases, hashing
from tests.browser import MISSING, browser, page

if TYPE_CHECKING:
    from tests.moments import Moments
    from tests.world import World

__all__ = ["browser", "page"]

LONGEST = ("journeys/", "test_presses_in_trouble", "test_desk_journey", "test_any_order")

# How quick a machine is says nothing about what is drawn by lot.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

hashing.start()

gc.set_threshold(1_000_000, 20, 50)  # a run makes many objects that die young: a tenth of its time

for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
    if name not in (databases.OWN_SERVER, "MATINEE_CHROMIUM"):
        del os.environ[name]


@pytest.hookimpl(trylast=True)  # after the order was drawn by lot
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, or one of two workers ends with it alone."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))


def pytest_collection_finish() -> None:
    """What was imported stays until the end, and is not looked through for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home folders of all tests are. A ``tmp_path`` looks through those of all the tests
    before it, so that only tests that ask for one have one."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="session")
def plain_settings(homes: Path) -> settings.Settings:
    """What every test begins with, but for its home.

    Bells ring in memory, where nobody hears them; stories about the broker name a real one.
    """
    return settings.Settings(_env_file=None, home=homes, broker_url=SecretStr("memory://"))


@pytest.fixture(autouse=True)
def home(homes: Path, plain_settings: settings.Settings) -> Path:
    """A home folder of the test's own, in force for it. No test reads ``.env`` or ``var/``."""
    found = Path(mkdtemp(dir=homes)) / "home"
    found.mkdir()
    settings.use(plain_settings.model_copy(update={"home": found}))
    return found


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The PostgreSQL that this run uses, as ``postgresql://…``."""
    with databases.server() as url:
        yield url


@pytest.fixture(scope="session")
def database_url(database_server: str) -> Iterator[str]:
    """One migrated, empty database for this process."""
    with databases.clone(database_server, "shared") as url:
        yield url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """The connection to ``database_url``."""
    made = databases.connected(database_url)
    yield made
    made.dispose()


@pytest.fixture
def db(engine: Engine, database_url: str) -> Iterator[Session]:
    """A session in which nothing lasts.

    ``core.db.transaction()`` and web requests of the same test join its transaction, so each
    sees what the others have committed, and all of it is undone at the end. Call
    ``db.refresh(thing)`` or ``db.expire_all()`` to see what a request has changed.
    """
    with databases.in_one_transaction(engine, database_url) as session:
        yield session


@pytest.fixture
def fresh_database(database_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, for stories that commit across connections or threads.

    ``core.db`` is bound to it; the answer is its address for other processes.
    """
    with databases.clone(database_server, "fresh") as url:
        databases.use(url)
        core_db.connect()
        yield url
        core_db.Sessions.kw["bind"].dispose()
        core_db.Sessions.configure(bind=None)


@pytest.fixture
def world(db: Session, home: Path) -> Iterator[World]:
    """Product, Stripe sandbox, mailbox and one clock; no trace outlasts the test."""
    from tests import world as worlds  # brings every room; most tests do without

    with worlds.made(db, home) as made:
        yield made


@pytest.fixture(scope="module")
def moments(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moments]:
    """The moments at which the tests of a file begin, each lived through once."""
    from tests.moments import Moments  # brings every room

    with ExitStack() as ends:
        yield Moments(database_server, tmp_path_factory.mktemp("moments"), ends)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one loud line how much was not tested for want of a browser."""
    skipped = terminalreporter.getreports("skipped")
    missed = sum(MISSING in str(report.longrepr) for report in skipped)
    if missed:
        terminalreporter.write_line(f"{missed} browser tests did not run: {MISSING}.", red=True)
