"""Importing a file of films: once or again, with an account of every record."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog import importing, search, seeding, titles
from catalog.imports.unreadable import Unreadable
from catalog.models import Credit, Person, Title
from tests import factories, imported
from tests.factories import NOW
from tests.queries import counted

WIKIPEDIA = Path(__file__).parents[3] / "shared" / "films" / "movies-1980s.json"


def film(title="Airplane!", year=1980, cast=("Robert Hays",), **over):
    facts = {"genres": ["Comedy"], "href": title, "extract": f"{title} is a film."}
    return {"title": title, "year": year, "cast": list(cast), **facts, **over}


@pytest.fixture
def run(db, tmp_path):
    """Import these records; each stands on a line of its own, the first on line 2."""

    def run(*records, later=0):
        path = tmp_path / "films.json"
        path.write_text("[\n" + ",\n".join(json.dumps(one) for one in records) + "\n]")
        return imported.bring(db, path, now=NOW + timedelta(days=later))

    return run


def lines(entries):
    return [str(entry) for entry in entries]


def counts(entries):
    return dict(Counter(entry.outcome for entry in entries))


def stored(db):
    return db.scalar(select(func.count()).select_from(Title))


def test_a_film_is_taken_with_its_people_and_found(db, run):
    assert lines(run(film())) == ["line 2: Airplane!: taken"]

    airplane = titles.by_slug(db, "airplane", whole=True)
    assert [one.person.name for one in airplane.credits] == ["Robert Hays"]
    assert [genre.name for genre in airplane.genres] == ["Comedy"]
    assert search.found(db, "robert hays").titles[0].card.slug == "airplane"


def test_importing_the_same_again_changes_nothing(db, run):
    records = [film(), film("Alligator"), film("Nameless", href=None)]
    assert counts(run(*records)) == {"taken": 3}

    again = run(*reversed(records), later=1)

    assert counts(again) == {"unchanged": 3}
    assert set(db.scalars(select(Title.updated_at))) == {NOW}


def test_twins_of_one_title_and_year_with_other_casts_are_different_films(db, run):
    twins = [film(cast=["Ann"], href=None), film(cast=["Bob"], href=None)]

    assert counts(run(*twins)) == {"taken": 2}
    assert counts(run(*twins)) == {"unchanged": 2}
    assert db.scalars(select(Title.slug).order_by(Title.id)).all() == ["airplane", "airplane-1980"]


@pytest.mark.parametrize(
    "other",
    [
        film("Flying High!", year=1981, href="Airplane!"),
        film(cast=["Robert Hays", "Julie Hagerty"], href=None),
        film(cast=[], href=None),
    ],
)
def test_two_records_of_one_film_are_merged(db, run, other):
    account = run(film(), other)

    assert counts(account) == {"taken": 1, "merged": 1}
    same = f"line 3: {other['title']}: same film as an earlier record: "
    assert lines(account)[1].startswith(same)
    assert stored(db) == 1
    assert counts(run(film(), other)) == {"unchanged": 2}


def test_a_merged_record_adds_what_the_first_does_not_say(db, run):
    run(
        film(extract=None, genres=[], cast=[]),
        film("Flying High!", cast=["Robert Hays", "Julie Hagerty"], href="Airplane!"),
    )

    airplane = titles.by_slug(db, "airplane", whole=True)
    assert airplane.aliases == ["Flying High!"]
    assert airplane.synopsis == "Flying High! is a film."
    assert [one.person.name for one in airplane.credits] == ["Robert Hays", "Julie Hagerty"]
    assert [genre.name for genre in airplane.genres] == ["Comedy"]


def test_a_film_that_is_told_again_much_later_in_a_file_is_completed_and_not_doubled(
    db, run, monkeypatch
):
    # given records of one film in two batches, and in a third one that names no article
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    records = [film(genres=[]), film(extract="Other."), film(href=None, extract=None)]

    # when they are imported, then the second fills in what the first lacks
    first, second, third = lines(run(*records))
    assert first == "line 2: Airplane!: no genre given: taken without genre"
    assert second == (
        "line 3: Airplane!: same film as an earlier record: genre filled in; "
        "synopsis: the file has another text: kept"
    )
    assert third.startswith("line 4: Airplane!: same film as an earlier record: nothing filled in")

    # and the same file again changes nothing
    assert counts(run(*records)) == {"unchanged": 3}
    assert stored(db) == 1


def test_two_articles_of_one_title_and_year_are_two_films(db, run):
    account = run(film(href="Airplane!_(film)"), film(href="Airplane!_(short)"))

    assert counts(account) == {"taken": 2}


def test_a_film_that_the_catalogue_has_is_completed_not_doubled(db, run):
    # given a film of ours that lacks genres and a synopsis
    factories.title(db, name="Airplane!", year=1980, cast=["Robert Hays", "Otto"], popularity=5)

    # when a record tells of it
    account = run(film(cast=["Robert Hays"]))

    # then what it has stays, and what it lacks is filled in
    assert lines(account) == [
        "line 2: Airplane!: in the catalogue already: synopsis, genre filled in"
    ]
    db.expire_all()
    airplane = titles.by_slug(db, "airplane", whole=True)
    assert [one.person.name for one in airplane.credits] == ["Robert Hays", "Otto"]
    assert (airplane.synopsis, airplane.popularity) == ("Airplane! is a film.", 5)
    assert counts(run(film(cast=["Robert Hays"]))) == {"unchanged": 1}
    assert stored(db) == 1


def test_a_short_synopsis_leaves_the_long_one_that_the_film_has(db, run):
    factories.title(
        db, name="Airplane!", year=1980, cast=["Robert Hays"], synopsis_long="A long story."
    )

    run(film(cast=["Robert Hays"]))

    db.expire_all()
    airplane = titles.by_slug(db, "airplane")
    assert (airplane.synopsis, airplane.synopsis_long) == ("Airplane! is a film.", "A long story.")


def test_a_film_of_ours_with_another_cast_is_another_film(db, run):
    factories.title(db, name="Airplane!", year=1980, cast=["Somebody else"])

    assert counts(run(film())) == {"taken": 1}


def test_a_record_that_has_changed_fills_in_and_overwrites_nothing(db, run):
    run(film(cast=[]))

    account = run(film(cast=["Robert Hays"], extract="Other words."), later=1)

    assert lines(account) == [
        "line 2: Airplane!: changed since its import: cast filled in; "
        "synopsis: the file has another text: kept"
    ]
    airplane = titles.by_slug(db, "airplane", whole=True)
    assert (airplane.synopsis, airplane.updated_at) == (
        "Airplane! is a film.",
        NOW + timedelta(days=1),
    )
    assert search.found(db, "robert hays").titles[0].card.slug == "airplane"


def test_every_record_is_accounted_for_with_its_line_and_reason(db, run):
    account = run(film(cast=[]), 7, film("B", year="once"), film("C", extract=None, genres=[]))

    assert lines(account) == [
        "line 2: Airplane!: no cast given: taken without cast",
        "line 3: not a film: refused",
        "line 4: B: year is not a number: refused",
        "line 5: C: no genre given: taken without genre; no extract given: taken without synopsis",
    ]
    assert counts(account) == {"taken": 2, "refused": 2}


def test_a_file_that_cannot_be_read_imports_nothing(db, tmp_path):
    path = tmp_path / "films.json"
    path.write_text('[{"title": "Airplane!", "year": 1980},')

    with pytest.raises(Unreadable) as unreadable:
        imported.bring(db, path, now=NOW)
    assert unreadable.value.sentence.endswith("Expecting value. Nothing was imported.")
    assert stored(db) == 0


def test_an_import_takes_the_same_number_of_queries_for_one_film_and_for_three(db, run):
    with counted(db) as one:
        run(film("One", cast=["Ann"]))
    with counted(db) as three:
        run(*(film(name, cast=[f"{name} A", f"{name} B"]) for name in ("Two", "Three", "Four")))

    # the first import also makes the genre
    assert len(three) == len(one) - 1


def test_thousands_of_films_are_accounted_for_and_the_second_time_none_is_new(db):
    if not WIKIPEDIA.exists():
        pytest.skip("the list of films of the 1980s is not on this machine")
    seeding.load(db, now=NOW)
    before = stored(db)

    first = imported.bring(db, WIKIPEDIA, now=NOW)
    people = db.scalar(select(func.count()).select_from(Person))
    credits_ = db.scalar(select(func.count()).select_from(Credit))
    second = imported.bring(db, WIKIPEDIA, now=NOW)

    assert counts(first) == {"taken": 2257, "merged": 15}
    assert counts(second) == {"unchanged": 2272}
    without = ["no cast given", "no extract given", "no genre given"]
    notes = [note for entry in first for note in entry.notes]
    assert [sum(note.startswith(one) for note in notes) for one in without] == [59, 25, 19]
    assert stored(db) == before + 2257
    assert db.scalar(select(func.count()).select_from(Person)) == people
    assert db.scalar(select(func.count()).select_from(Credit)) == credits_
