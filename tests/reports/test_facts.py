"""Facts: noted once, in the partition of their month, and never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import db as core_db
from core import migrations
from reports import facts
from reports.facts import Noted
from reports.models import Fact

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def visit(key: str, at: datetime = NOW) -> Noted:
    return Noted(kind="visit", key=key, at=at)


def month_of(db: Session, key: str) -> str:
    place = text("SELECT tableoid::regclass::text FROM fact WHERE key = :key")
    return str(db.scalar(place, {"key": key}))


def test_a_fact_noted_twice_is_one_row_even_at_another_instant(db: Session) -> None:
    earlier = datetime(2026, 9, 1, tzinfo=UTC)

    first = facts.record_all(db, [visit("a"), visit("b"), visit("a", earlier)], now=NOW)
    again = facts.record_all(db, [visit("a", earlier), visit("c")], now=NOW)

    assert (first, again) == (2, 1)
    assert db.execute(select(Fact.key, Fact.at).order_by(Fact.key)).all() == [
        ("a", NOW),
        ("b", NOW),
        ("c", NOW),
    ]


def test_a_fact_of_any_month_finds_a_partition_made_on_demand(db: Session) -> None:
    last_instant = datetime(2031, 5, 31, 23, 59, 59, 999999, tzinfo=UTC)
    facts.record_all(db, [visit("a", last_instant)], now=NOW)
    facts.record_all(db, [visit("b", datetime(2031, 6, 1, tzinfo=UTC))], now=NOW)

    assert [month_of(db, key) for key in "ab"] == ["fact_months.m2031_05", "fact_months.m2031_06"]


def test_partitions_are_made_ahead_of_the_months(db: Session) -> None:
    facts.make_months_ahead(db, now=datetime(2033, 11, 30, tzinfo=UTC))

    made = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'fact'::regclass"
    months = {f"fact_months.m{month}" for month in ("2033_11", "2033_12", "2034_01", "2034_02")}
    assert months <= set(db.scalars(text(made)))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fact SET at = at + interval '1 day'",
        "DELETE FROM fact",
        "DELETE FROM fact_months.m2026_11",
        "TRUNCATE fact",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_fact(db: Session, change: str) -> None:
    facts.record_all(db, [visit("a")], now=NOW)

    with pytest.raises(IntegrityError, match="never changed or removed"), db.begin_nested():
        db.execute(text(change))

    assert db.scalars(select(Fact.key)).all() == ["a"]


def test_rows_noted_before_the_partitions_are_moved_and_stay_noted(fresh_database: str) -> None:
    # given a fact of the table as it was, without partitions
    migrations.downgrade(fresh_database, to="0005")
    with psycopg.connect(fresh_database) as connection:
        connection.execute(
            "INSERT INTO fact (kind, key, at, noted_at, data) VALUES"
            " ('visit', 'a', '2024-02-29T12:00Z', now(), '{\"agent\": \"x\"}')"
        )

    # when the database is brought to the newest version
    migrations.upgrade(fresh_database)

    # then it is in its month, and the same fact is not taken again
    with core_db.transaction() as db:
        assert month_of(db, "a") == "fact_months.m2024_02"
        assert db.scalars(select(Fact.data)).all() == [{"agent": "x"}]
        assert facts.record_all(db, [visit("a")], now=NOW) == 0
