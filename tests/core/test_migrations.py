"""The versions of the schema lead to what the models say, and back."""

from __future__ import annotations

from datetime import timedelta
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
from billing import audit
from catalog.scores import OURS
from core import db as core_db
from core import migrations
from core.db import Base
from tests import factories
from tests.factories import NOW

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


def test_drafts_that_the_desk_took_back_before_have_left_and_others_have_not(fresh_database):
    # given drafts: one new, one taken back, one taken back and moved since
    with core_db.transaction() as db:
        for name in ("New", "Back", "Moved"):
            factories.title(db, name=name, status="draft")
        moved = db.scalar(text("select id from title where slug = 'moved'"))
        db.add(catalog.models.FormerSlug(slug="once", title_id=moved))
        for slug, before in (("new", "draft"), ("back", "published"), ("once", "withdrawn")):
            kept = {"before": {"film": slug, "status": before}, "after": {"status": "draft"}}
            audit.note(db, now=NOW, actor="a", action="title.changed", reason="b", **kept)

    migrations.downgrade(fresh_database, to="0050")
    migrations.upgrade(fresh_database)

    with core_db.transaction() as db:
        taken_back = db.scalars(text("select slug from title where taken_back order by slug")).all()
    assert taken_back == ["back", "moved"]


def test_films_that_the_desk_edited_before_say_when(fresh_database):
    # given films: one renamed and then dated, one moved and renamed, one published, one as it was
    with core_db.transaction() as db:
        for name in ("Named", "Moved", "Published", "Left"):
            factories.title(db, name=name)
        moved = db.scalar(text("select id from title where slug = 'moved'"))
        db.add(catalog.models.FormerSlug(slug="once", title_id=moved))
        for days, (slug, after) in enumerate(
            (
                *(("named", {"name": "Named"}), ("named", {"year": 1990})),
                *(("once", {"name": "Moved"}), ("published", {"status": "published"})),
            )
        ):
            kept = {"before": {"film": slug}, "after": after, "now": NOW + timedelta(days=days)}
            audit.note(db, actor="a", action="title.changed", reason="b", **kept)

    migrations.downgrade(fresh_database, to="0062")
    migrations.upgrade(fresh_database)

    with core_db.transaction() as db:
        edited = db.execute(text("select slug, edited_at from title order by id")).all()
    days = dict.fromkeys(("published", "left")) | {"named": 1, "moved": 2}
    assert {slug: at and (at - NOW).days for slug, at in edited} == days


def test_what_the_desk_emptied_before_is_known_where_it_is_empty_still(fresh_database):
    # given films: one emptied, one emptied and moved, one filled in since, one as it was
    with core_db.transaction() as db:
        for name, facts in (("Taken", {"year": None}), ("Moved", {}), ("Back", {}), ("Bare", {})):
            factories.title(db, name=name, synopsis="It is." if name == "Back" else None, **facts)
        moved = db.scalar(text("select id from title where slug = 'moved'"))
        db.add(catalog.models.FormerSlug(slug="once", title_id=moved))
        for slug, after in (
            *(("taken", {"synopsis": None, "year": None}), ("taken", {"synopsis": None})),
            *(("once", {"synopsis": None, "year": 1990}), ("back", {"synopsis": None})),
        ):
            kept = {"before": {"film": slug}, "after": after, "now": NOW}
            audit.note(db, actor="a", action="title.changed", reason="b", **kept)

    migrations.downgrade(fresh_database, to="0065")
    migrations.upgrade(fresh_database)

    with core_db.transaction() as db:
        emptied = dict(db.execute(text("select slug, emptied from title")).all())
    assert emptied == {
        **{"taken": ["synopsis", "year"], "moved": ["synopsis"], "back": [], "bare": []},
    }


def test_names_with_signs_that_are_read_otherwise_since_are_found_and_not_brought_in_twice(
    fresh_database,
):
    # given a film and a player whose names were read by the rule of before
    with core_db.transaction() as db:
        film = factories.title(db, name="Hawai\u02bbi", cast=["\u02bfAl\u012b"])
        raised = factories.title(db, name="Alien³")
        spelt = factories.title(db, name="Über")
        other = factories.title(db, name="Wings")
        db.execute(text("update title set plain_name = name, plain_names = name, words = ''"))
        db.execute(text("update person set plain_name = name"))
        ids = film.id, raised.id, spelt.id, other.id

    migrations.downgrade(fresh_database, to="0051")
    migrations.upgrade(fresh_database)

    with core_db.transaction() as db:
        kept = "select plain_name, plain_names, words::text from title where id = :id"
        found = [tuple(db.execute(text(kept), {"id": one}).one()) for one in ids]
        people = db.scalars(text("select plain_name from person")).all()
    assert found[0] == ("hawaii", "hawaii", "'ali':4C 'hawai':2A 'hawaii':1A 'i':3A")
    assert found[1] == ("alien 3", "alien 3", "'3':2A 'alien':1A 'alien3':3A")
    assert found[2] == ("uber", "uber", "'uber':1A 'ueber':2A")
    assert found[3] == ("Wings", "Wings", "")
    assert people == ["ali"]
