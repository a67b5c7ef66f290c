"""Whatever happens to the news of a trial's life, it ends as if nothing had happened to them."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text

from core import db as core_db
from core import settings
from tests import databases
from tests import world as worlds
from tests.billing.deaths import ONLOOKER
from tests.billing.lives import Life, Outcome
from tests.billing.stories import STORIES

RUNS = int(os.environ.get("PROVE_RUNS", len(STORIES)))


@dataclass
class Stage:
    """A database of its own, with real commits, on which one life is lived after the other."""

    engine: Engine
    undisturbed: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Facts and audit are for ever, but not on a stage that is cleared for the next life."""
        with self.engine.begin() as once:
            for table in core_db.Base.metadata.sorted_tables:
                once.execute(text(f'alter table "{table.name}" disable trigger user'))

    def told(self, story: str, chance: random.Random | None) -> Outcome:
        """Live one life on an empty stage and a clock of its own."""
        home = Path(mkdtemp())
        settings.use(settings.current().model_copy(update={"home": home}))
        with self.engine.begin() as cleaning:
            for table in reversed(core_db.Base.metadata.sorted_tables):
                cleaning.execute(table.delete())
        onlooker = self.engine.execution_options(**{ONLOOKER: True})
        core_db.connect(self.engine)
        with core_db.Sessions(bind=onlooker) as db, worlds.made(db, home) as world:
            return Life(world, self.engine, story, chance).live()

    def expected(self, story: str) -> Outcome:
        """How the story ends when all news arrive once and in order, and nobody dies."""
        if story not in self.undisturbed:
            self.undisturbed[story] = self.told(story, None)
        return self.undisturbed[story]


@pytest.fixture(scope="module")
def _stage(database_server: str) -> Iterator[Stage]:
    with databases.clone(database_server, "lives") as url:
        engine = create_engine(core_db.driver_url(url), connect_args={"options": "-c timezone=UTC"})
        yield Stage(engine)
        engine.dispose()


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    """The stage, with this process's sessions bound to it for one test."""
    address = SecretStr(_stage.engine.url.render_as_string(hide_password=False))
    settings.use(settings.current().model_copy(update={"database_url": address}))
    yield _stage
    core_db.Sessions.configure(bind=None)


@pytest.mark.parametrize("seed", range(RUNS))
def test_shuffled_doubled_and_lost_news_and_dying_workers_change_nothing(
    stage: Stage, seed: int
) -> None:
    # given a story of a trial's life, and how it ends when nothing happens to its news
    story = list(STORIES)[seed % len(STORIES)]
    expected = stage.expected(story)

    # when its news are shuffled, doubled and lost, and workers die over them
    chance = random.Random(seed)  # noqa: S311  # an order that repeats is the point
    ending = stage.told(story, chance)

    # then mirror, rights, gates, e-mails and facts are the same, and Stripe's
    assert ending == expected
    assert ending.differences == []
