"""Rows added by COPY read like rows added one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.models import Person, Rating, Release, Title
from core import copying
from tests import factories

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WHOLE = {
    "slug": "a",
    "name": 'A "quoted"\tname\\N, ünd',
    "aliases": ["Eins, zwei", 'Drei "vier"', "NULL", ""],
    "year": 1999,
    "synopsis": "One line\nand another",
    "words": "'a':1A",
}
INSTANTS = {"created_at": NOW, "updated_at": NOW}


def test_what_is_copied_reads_as_it_was_said(db):
    copying.copy(db, Title, [WHOLE | INSTANTS])

    stored = db.scalars(select(Title)).one()
    assert {name: getattr(stored, name) for name in WHOLE} == WHOLE
    assert stored.created_at == NOW


def test_a_row_that_lacks_a_fact_has_the_default_or_nothing(db):
    copying.copy(db, Title, [WHOLE | INSTANTS, {"slug": "b", "name": "B", **INSTANTS}])

    other = db.scalars(select(Title).where(Title.slug == "b")).one()
    assert (other.status, other.popularity, other.tier) == ("published", 0, 2)
    assert (other.aliases, other.year, other.words) == ([], None, None)


def test_what_the_rows_belong_to_may_still_wait_in_the_session(db):
    (id_,) = copying.free_ids(db, Title, 1)
    title = Title(id=id_, slug="a", name="A", **INSTANTS)
    db.add(title)
    copying.copy(
        db,
        Release,
        [{"title_id": id_, "territory": "US", "kind": "digital", "on": date(1999, 1, 2)}],
    )
    score = {"source": "x", "score": Decimal("7.5"), "scale": 10, "count": 3}
    copying.copy(db, Rating, [{"title_id": id_, "histogram": [0, 1, 2], **score}])

    db.expire_all()
    assert [one.on for one in title.releases] == [date(1999, 1, 2)]
    assert [(one.score, one.histogram) for one in title.ratings] == [(Decimal("7.5"), [0, 1, 2])]


def test_no_rows_are_no_statement(db):
    copying.copy(db, Person, [])
    assert copying.free_ids(db, Person, 0) == []


def test_free_ids_rise_and_the_next_row_takes_another(db):
    ids = copying.free_ids(db, Title, 3)
    assert ids == sorted(set(ids))
    assert factories.title(db, name="Later").id > ids[-1]


def test_a_row_that_may_not_stand_is_refused_as_by_any_other_statement(db):
    rows = [{"slug": slug, "name": "Same", "plain_name": "same"} for slug in ("a", "b")]
    with pytest.raises(IntegrityError):
        copying.copy(db, Person, rows)
