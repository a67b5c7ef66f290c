"""A table that numbers its rows tells of other films than the next table that numbers its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.imports import batches, rows
from catalog.models import Title
from tests.factories import NOW

ALPHA = {"id": "1", "title": "Alpha", "year": "1950", "cast": "Al Alp", "directors": "Di Rector"}


@pytest.fixture
def bring(db):
    """Import these rows as the next file; the answer is what is said of each."""
    files = iter(range(100))

    def bring(*given, source="import"):
        now = NOW + timedelta(days=next(files))
        run = batches.begin(db, fingerprint=str(now), source=source, name="films.csv", now=now)
        readings = [rows.read(line, one, source) for line, one in enumerate(given, start=2)]
        said = [str(one) for one in batches.store(db, run.id, readings, done=0, now=now)]
        db.expire_all()
        return said

    return bring


def names(db):
    return db.scalars(select(Title.name).order_by(Title.id)).all()


def test_a_row_with_the_number_of_another_film_is_refused_and_its_film_named(db, bring):
    # given the films of one table, one of them without anybody
    bring(ALPHA, {"id": "2", "title": "Beta", "year": "1951"})

    # when another one numbers its own films
    gamma = {"id": "1", "title": "Gamma", "year": "2020", "certificate": "18", "cast": "Zed Zee"}
    delta = {"id": "2", "title": "Delta", "year": "2021", "cast": "Zoe Zap"}
    said = bring(gamma, delta)

    # then nothing of them is in the first films, and it is said what to do
    assert said == [
        f"line {line}: {title}: id {id_} of import is {there}, of another name, year and people: "
        f"refused. Give it an id of its own, or its list, if that numbers its own films, a name of "
        f"its own: --source NAME"
        for line, title, id_, there in (
            (2, "Gamma", 1, "Alpha (1950)"),
            (3, "Delta", 2, "Beta (1951)"),
        )
    ]
    assert [one.certificates for one in db.scalars(select(Title))] == [[], []]
    assert [one.endswith(": taken") for one in bring(gamma, delta, source="docus")] == [True] * 2
    assert names(db) == ["Alpha", "Beta", "Gamma", "Delta"]


@pytest.mark.parametrize(
    "mended",
    [
        {"title": "Alpha Mended"},
        {"title": "Alpha Mended", "year": "1951"},
        {"title": "Alpha Mended", "year": "1951", "cast": "Bo"},
        {"title": "Alpha Mended", "year": "1951", "directors": "Bo", "cast": "Bo", "aka": "Alpha"},
        {"title": "Alphaa", "year": "", "directors": "", "cast": ""},
    ],
    ids=lambda mended: ", ".join(mended),
)
def test_a_film_whose_source_mends_what_it_says_is_the_same(db, bring, mended):
    bring(ALPHA)

    [said] = bring({**ALPHA, **mended, "aliases": mended.get("aka", "")})

    assert said.startswith(f"line 2: {mended['title']}: changed since its import: ")
    assert names(db) == ["Alpha"]


def test_a_film_that_was_renamed_here_is_the_same(db, bring):
    # given films that the desk has renamed, one with another year
    bring(ALPHA, {"id": "2", "title": "Beta", "year": "1951"})
    for film in db.scalars(select(Title)):
        film.name = film.plain_name = film.plain_names = "mended"
    film.year = 1949
    db.flush()

    # when their table comes again, with more of the first, and then with more of the second
    beta = {"id": "2", "title": "Beta", "year": "1951"}
    first, second = bring(ALPHA | {"runtime": "90"}, beta)
    [other] = bring(beta | {"runtime": "90"})

    # then they are found; of the second nothing agrees any more once its row has changed
    assert ": changed since its import: runtime" in first
    assert second == "line 3: Beta: unchanged"
    assert "id 2 of import is mended (1949), of another name, year and people: refused" in other


def test_a_film_whose_id_was_refused_is_not_missing(db, bring):
    bring(ALPHA)

    now = NOW + timedelta(days=200)
    run = batches.begin(db, fingerprint="last", source="import", name="films.csv", now=now)
    other = rows.read(2, {"id": "1", "title": "Gamma", "year": "2020"}, "import")
    batches.store(db, run.id, [other], done=0, now=now)

    assert batches.withdraw_missing(db, run.id, now=now) == []
