"""It is all the same in which batch the records of one film are: each adds what is missing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from catalog import importing, titles
from catalog.models import Title
from tests import factories, imported
from tests.factories import NOW

HEADER = "id,title,year,cast,runtime,genres,released on,territory,release kind\n"


@pytest.fixture(params=[1, 2, 1_000])
def bring(request, db, tmp_path, monkeypatch):
    """Import a file in batches of some size; the answer is what is said of each record."""
    monkeypatch.setattr(importing, "AT_ONCE", request.param)

    def bring(content, name="films.csv"):
        path = tmp_path / name
        path.write_text(content)
        entries = imported.bring(db, path, now=NOW)
        assert [one.reading.line for one in entries] == sorted(one.reading.line for one in entries)
        return [str(entry) for entry in entries]

    return bring


def test_further_releases_of_a_film_are_filled_in_with_an_id_or_without(db, bring):
    days = ("2000-01-01,US,theatrical", "2000-03-03,GB,theatrical", "2000-09-09,US,digital")
    rows = "".join(f"{film},,,,{day}\n" for film in ("1,Foo,2000", ",Bar,2000") for day in days)

    assert bring(HEADER + rows) == [
        "line 2: Foo: taken",
        "line 3: Foo: same film as an earlier record: release date filled in",
        "line 4: Foo: same film as an earlier record: release date filled in",
        "line 5: Bar: taken",
        "line 6: Bar: same film as an earlier record: release date filled in",
        "line 7: Bar: same film as an earlier record: release date filled in",
    ]
    for slug in ("foo", "bar"):
        places = [
            (one.territory, one.kind) for one in titles.by_slug(db, slug, whole=True).releases
        ]
        assert sorted(places) == [("GB", "theatrical"), ("US", "digital"), ("US", "theatrical")]
    assert {one.split(": ")[-1] for one in bring(HEADER + rows)} == {"unchanged"}


def test_a_second_film_of_an_id_is_told_as_what_it_is(db, bring):
    told = "1,Same,1999,Ann,,,,,\n1,Other,2005,Ann,,,,,\n1,Third,2010,Bo,,,,,\n"

    assert bring(HEADER + told) == [
        "line 2: Same: taken",
        "line 3: Other: same film as an earlier record: other name filled in; "
        "name: the catalogue says Same, the file Other: kept; "
        "year: the catalogue says 1999, the file 2005: kept",
        "line 4: Third: id 1 of import is Same (1999), of another name, year and people: refused. "
        "Give it an id of its own, or its list, if that numbers its own films, a name of its own: "
        "--source NAME",
    ]


def test_what_a_later_record_says_otherwise_is_told_and_what_is_missing_filled_in(db, bring):
    film = {"title": "Foo", "year": 2000, "cast": ["Ann"], "extract": "One text."}
    other = {**film, "cast": ["Ann", "Bob"], "genres": ["War"], "extract": "Another text."}
    more = {**film, "genres": ["Drama"]}

    said = bring("\n".join(map(json.dumps, (film, other, more))), name="films.jsonl")

    assert said == [
        "line 1: Foo: no genre given: taken without genre",
        "line 2: Foo: same film as an earlier record: genre filled in; "
        "synopsis: the file has another text: kept; "
        "cast: the file also names Bob: kept as it is",
        "line 3: Foo: same film as an earlier record: nothing filled in; "
        "genre: the catalogue says War, the file Drama: kept",
    ]


def test_each_record_finds_its_film_by_what_was_told_before_it(db, bring):
    # given a film of ours, and one of this source
    factories.title(db, name="Foo", year=2000)
    bring(HEADER + "7,Old,1990,Ann,,,,,\n")

    # when records tell of them by id, by name, and by a name that an earlier record gave
    said = bring(
        HEADER + ",Foo,2000,Ann,,,,,\n"
        ",Foo,2000,Bob,,,,,\n"  # another film by now
        "7,New,1990,,,,,,\n"
        ",New,1990,Ann,90,,,,\n"
        "8,New,1990,Ann,,,,,\n"  # another id
        ",New,1990,Cleo,,,,,\n"  # nobody of either
        ",Foo,2000,Bob,80,,,,\n"
    )

    assert [one.split(": ", 2)[2].split(";")[0] for one in said] == [
        "in the catalogue already: cast filled in",
        "taken",
        "changed since its import: other name filled in",
        "same film as an earlier record: runtime filled in",
        "taken",
        "taken",
        "same film as an earlier record: runtime filled in",
    ]
    assert db.scalars(select(Title.name).order_by(Title.name)).all() == [
        *("Foo", "Foo", "New", "New", "Old"),
    ]


def test_a_film_that_a_later_record_withdraws_is_withdrawn(db, bring):
    said = bring("title,year,status\nA,1990,\nA,1990,withdrawn\nB,1990,withdrawn\nB,1990,\n")

    assert [one.split("; ")[-1] for one in said] == [
        "line 2: A: taken",
        "withdrawn, as the file says",
        "line 4: B: taken",
        "status: withdrawn in the catalogue: kept",
    ]
