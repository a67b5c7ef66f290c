"""The versions of the schema lead to what the models say, and back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

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
from core import db as core_db
from core import migrations
from core.db import Base

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
