"""Whatever happens to the news of a trial's life, it ends as if nothing had happened to them."""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from pydantic import SecretStr

from core import db as core_db
from core import settings
from tests import databases
from tests import world as worlds
from tests.billing.lives import STORIES, Life, Outcome

RUNS = int(os.environ.get("PROVE_RUNS", "25"))


@pytest.mark.parametrize("seed", range(RUNS))
def test_shuffled_doubled_and_lost_news_and_dying_workers_change_nothing(
    database_server: str, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    # given a story of a trial's life, and how it ends when all news arrive once and in order
    story = seed % STORIES
    expected = _undisturbed(database_server, tmp_path_factory.getbasetemp(), story)

    # when its news are shuffled, doubled and lost, and workers die over them
    chance = random.Random(seed)  # noqa: S311  # an order that repeats is the point
    ending = _told(database_server, tmp_path_factory.getbasetemp(), story, chance)

    # then mirror, rights, gates, e-mails and facts are the same, and Stripe's
    assert ending == expected
    assert ending.differences == 0


@cache
def _undisturbed(server: str, homes: Path, story: int) -> Outcome:
    return _told(server, homes, story, None)


def _told(server: str, homes: Path, story: int, chance: random.Random | None) -> Outcome:
    """Live one life on a database and a clock of its own, with real commits."""
    home = Path(mkdtemp(dir=homes))
    with databases.clone(server, "life") as url:
        moved = {"home": home, "database_url": SecretStr(url)}
        settings.use(settings.current().model_copy(update=moved))
        core_db.connect()
        with core_db.session() as db, worlds.made(db, home) as world:
            ending = Life(world, story, chance).live()
        core_db.Sessions.kw["bind"].dispose()
        core_db.Sessions.configure(bind=None)
    return ending
