"""A long file comes in batch by batch: nothing twice, nothing overwritten, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from catalog import titles
from catalog.imports import batches, rows
from catalog.imports.models import ImportRun
from catalog.models import Title
from tests import factories
from tests.factories import NOW


def row(title, **over):
    return {"title": title, "year": "1995", **{key: str(value) for key, value in over.items()}}


@pytest.fixture
def bring(db):
    """Import these rows as one file, in one batch; the answer is what is said of each."""

    def bring(*given, file="a", source="import", finish=True, later=0):
        now = NOW + timedelta(days=later)
        run = batches.begin(db, fingerprint=file, source=source, name=file, now=now)
        readings = [rows.read(line, one, source) for line, one in enumerate(given, start=2)]
        entries = batches.store(db, run.id, readings, now=now)
        if finish:
            batches.finish(db, run.id, now=now)
        db.expire_all()
        return [str(entry) for entry in entries]

    return bring


def stored(db):
    return db.scalar(select(func.count()).select_from(Title))


def test_the_same_file_again_changes_nothing(db, bring):
    films = [row("A"), row("B", id="tt2"), row("C", genres="Drama", cast="Ada")]
    assert bring(*films) == ["line 2: A: taken", "line 3: B: taken", "line 4: C: taken"]

    assert bring(*films, later=1) == [
        *("line 2: A: unchanged", "line 3: B: unchanged", "line 4: C: unchanged"),
    ]
    assert stored(db) == 3
    assert set(db.scalars(select(Title.updated_at))) == {NOW}


def test_what_the_catalogue_says_otherwise_is_told_and_stays(db, bring):
    # given a film of ours
    film = factories.title(db, name="A", year=1995, runtime_minutes=100, synopsis="Ours.")

    # when a file says more of it, and other things
    said = bring(row("A", runtime=111, synopsis="Theirs.", languages="en", directors="Di"))

    # then it is completed, and both are told where they differ
    assert said == [
        "line 2: A: in the catalogue already: languages, director filled in; "
        "runtime: the catalogue says 100, the file 111: kept; "
        "synopsis: the file has another text: kept"
    ]
    assert (film.runtime_minutes, film.synopsis, film.languages) == (100, "Ours.", ["en"])


def test_a_newer_score_of_a_source_takes_the_place_of_its_older_one(db, bring):
    bring(row("A", score=7, votes=10))

    said = bring(row("A", score=8.5, votes=12), later=1)

    assert said == ["line 2: A: changed since its import: score filled in"]
    [rating] = titles.by_slug(db, "a", whole=True).ratings
    assert (float(rating.score), rating.count) == (8.5, 12)


def test_a_film_that_its_source_withdraws_is_withdrawn(db, bring):
    bring(row("A"), row("B"))

    said = bring(row("A", status="withdrawn"), row("B"))

    assert said[0].endswith("nothing filled in; withdrawn, as the file says")
    states = dict(db.execute(select(Title.name, Title.status)).all())
    assert states == {"A": "withdrawn", "B": "published"}


def test_films_that_a_file_lacks_are_withdrawn_when_that_is_wished(db, bring):
    # given films of two sources
    bring(row("A"), row("B"))
    bring(row("C"), file="other", source="archive")

    # when the first source's next file has one film less
    run = batches.begin(db, fingerprint="b", source="import", name="b", now=NOW)
    batches.store(db, run.id, [rows.read(2, row("B"), "import")], now=NOW)

    # then that one goes, and no film of another source
    assert batches.withdraw_missing(db, run.id, now=NOW) == ["A"]
    assert batches.withdraw_missing(db, run.id, now=NOW) == []


def test_a_film_that_a_file_tells_twice_is_taken_once(db, bring):
    said = bring(row("A", id="1"), row("A again", id="1"))

    assert said == ["line 2: A: taken", "line 3: A again: same film as line 2: left out"]
    assert stored(db) == 1


def test_two_films_of_one_source_with_one_name_and_year_are_two(db, bring):
    bring(row("A", id="1"))

    assert bring(row("A", id="2"), file="b") == ["line 2: A: taken"]
    assert db.scalars(select(Title.slug).order_by(Title.id)).all() == ["a", "a-1995"]


def test_an_import_that_was_broken_off_is_taken_up_and_a_finished_one_begins_anew(db, bring):
    bring(row("A"), row("B"), finish=False)

    again = batches.begin(db, fingerprint="a", source="import", name="a", now=NOW)
    assert (again.records, again.counts) == (2, {"taken": 2})

    batches.finish(db, again.id, now=NOW)
    assert batches.begin(db, fingerprint="a", source="import", name="a", now=NOW).records == 0
    assert db.scalar(select(func.count()).select_from(ImportRun)) == 2
