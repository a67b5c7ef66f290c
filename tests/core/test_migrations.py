"""The versions of the schema lead to what the models say, and back."""

from __future__ import annotations

from io import BytesIO

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from PIL import Image
from sqlalchemy import inspect, text

import access.models
import accounts.models
import billing.case_models
import billing.models
import billing.upkeep_models
import catalog.models
import notices.models
import reports.exchange_models
import reports.experiment_models
import reports.models
import reports.ready_models
from catalog.scores import OURS
from core import db as core_db
from core import migrations
from core.db import Base
from tests import factories

ROOMS = (access, accounts, billing, catalog, notices, reports)


def test_the_newest_version_is_what_the_models_describe(db):
    context = MigrationContext.configure(db.connection())

    assert [room for room in ROOMS if not hasattr(room, "models")] == []
    assert compare_metadata(context, Base.metadata) == []
    assert migrations.current(db.connection()) == migrations.head()


def test_every_version_can_be_taken_back_and_applied_again(fresh_database):
    assert migrations.downgrade(fresh_database, to="base") is None
    with core_db.transaction() as db:
        assert inspect(db.connection()).get_table_names() == ["alembic_version"]

    assert migrations.upgrade(fresh_database) == migrations.head()
    assert migrations.upgrade(fresh_database) == migrations.head()


def test_the_message_queue_is_in_the_database(db):
    assert "pgmq" in inspect(db.connection()).get_schema_names()


def test_the_one_size_of_an_old_still_is_cut_to_those_of_today_and_kept_on_the_way_back(
    fresh_database,
):
    def sizes():
        with core_db.transaction() as db:
            cuts = db.execute(text("select name, data from picture_cut")).all()
        return {name: Image.open(BytesIO(bytes(data))) for name, data in cuts}

    # given a still from when there was one size of it
    migrations.downgrade(fresh_database, to="0042-1")
    wide = BytesIO()
    Image.new("RGB", (1280, 720), "navy").save(wide, "WEBP")
    with core_db.transaction() as db:
        db.execute(text("insert into picture values ('a', now())"))
        row = {"data": wide.getvalue()}
        db.execute(text("insert into picture_cut values ('a', 'wide.webp', :data)"), row)

    migrations.upgrade(fresh_database)
    assert {name: (one.format, one.size) for name, one in sizes().items()} == {
        f"still-{width}.{end}": (kind, (width, width * 9 // 16))
        for width in (640, 1280)
        for end, kind in (("webp", "WEBP"), ("jpg", "JPEG"))
    }

    migrations.downgrade(fresh_database, to="0042-1")
    assert {name: one.size for name, one in sizes().items()} == {"wide.webp": (1280, 720)}


def test_films_that_are_there_already_are_ordered_by_the_scores_that_are_shown_and_on_the_way_back(
    fresh_database,
):
    def orders():
        with core_db.transaction() as db:
            return db.scalars(text("select worse from listing order by title_id")).all()

    # given a film with one vote, one with our score beside a greater one, and one with neither
    with core_db.transaction() as db:
        few, ours, _ = (factories.title(db, name=name) for name in ("Few", "Ours", "None"))
        factories.rating(db, few, score=10, count=1)
        factories.rating(db, ours, score=8, count=900)
        factories.rating(db, ours, source=OURS, score=6, count=5)

    shown = orders()
    migrations.downgrade(fresh_database, to="0047")
    before = orders()
    migrations.upgrade(fresh_database)

    assert (shown, before, orders()) == ([1, -600, 1], [-1000, -800, 1], [1, -600, 1])
