"""A film that several files tell of, each in a format of its own, stands once with all it has."""

from __future__ import annotations

import itertools
import json

import pytest
from sqlalchemy import select, text

from catalog.models import Genre, Person, Title
from tests import factories, imported
from tests.factories import NOW

OTHER_NAMES = ("Adiós a Las Vegas", "ADIOS A LAS VEGAS", "LEAVING LAS VEGAS!")
RELEASED = {"type": 3, "release_date": "1995-10-27T00:00:00.000Z", "certification": "R"}
TMDB = {
    **{"id": 451, "title": "Leaving Las Vegas", "overview": "", "release_date": "1995-10-27"},
    **{"genres": [{"name": "Science Fiction"}, {"name": "Sports"}]},
    **{"vote_average": 7.1, "vote_count": 1400},
    **{"alternative_titles": {"titles": [{"title": name} for name in OTHER_NAMES]}},
    "release_dates": {"results": [{"iso_3166_1": "US", "release_dates": [RELEASED]}]},
    "credits": {
        "cast": [
            {"name": "Nicolas Cage", "character": "Ben", "order": 0},
            {"name": "NICOLAS CAGE", "character": "His Twin", "order": 1},
            {"name": "Penélope Shue", "character": "Sera", "order": 2},
        ],
        "crew": [{"name": "Mike Figgis", "job": "Director"}],
    },
}
LIST = {
    **{"title": "Leaving Las Vegas", "year": 1995, "href": "Leaving_Las_Vegas"},
    **{"cast": ["Nicolas Cage", "Penelope Shue"], "genres": ["Science fiction", "Sport"]},
}
TABLE = {
    **{"title": "leaving las vegas", "year": "1995", "aka": "Adios a las Vegas"},
    **{"cast": "Nicolas Cage as Ben|nicolas cage|PENELOPE SHUE", "directors": "mike figgis"},
    **{"genres": "SCI-FI|sport|Sports", "certificate": "R", "certificate system": "mpaa"},
    **{"territory": "USA", "release date": "1995-10-27", "score": "7.5", "votes": "9"},
    "score source": "imdb",
}
IMDB = {
    "title.basics": [
        "tconst titleType primaryTitle startYear genres",
        "tt1 movie Leaving_Las_Vegas 1995 Sci-Fi,Sport",
    ],
    "title.akas": ["titleId title", "tt1 Leaving_Las_Vegas", "tt1 Adiós_a_las_Vegas"],
    "title.ratings": ["tconst averageRating numVotes", "tt1 7.5 90000"],
    "title.crew": ["tconst directors", "tt1 nm3"],
    "title.principals": [
        "tconst nconst category characters",
        'tt1 nm1 actor ["Ben"]',
        'tt1 nm1 self ["Himself"]',
        "tt1 nm2 actress \\N",
    ],
    "name.basics": [
        "nconst primaryName",
        "nm1 Nicolas_Cage",
        "nm2 Penélope_Shue",
        "nm3 Mike_Figgis",
    ],
}


@pytest.fixture
def bring(db, tmp_path):
    """Import the film as this format tells it; the answer is what is said."""
    (tmp_path / "tmdb.json").write_text(json.dumps(TMDB))
    (tmp_path / "list.json").write_text(json.dumps([LIST]))
    (tmp_path / "table.tsv").write_text("\t".join(TABLE) + "\n" + "\t".join(TABLE.values()))
    (tmp_path / "imdb").mkdir()
    for name, lines in IMDB.items():
        told = "\n".join(line.replace(" ", "\t").replace("_", " ") for line in lines)
        (tmp_path / "imdb" / f"{name}.tsv").write_text(told)

    def bring(name):
        said = [str(entry) for entry in imported.bring(db, tmp_path / name, now=NOW)]
        db.execute(text("drop table if exists imdb_name"))
        return said

    return bring


FILES = ("tmdb.json", "list.json", "table.tsv", "imdb")


@pytest.mark.parametrize("order", [*itertools.permutations(FILES)], ids="-".join)
def test_in_whatever_order_a_film_comes_from_them_nothing_of_it_is_double(db, bring, order):
    said = [line for name in (*order, *order) for line in bring(name)]

    assert [line.endswith("unchanged") for line in said] == [False] * 4 + [True] * 4
    film = db.scalars(select(Title)).one()
    cast = [(one.person.plain_name, one.role) for one in film.credits if one.job == "cast"]
    assert [name for name, _ in cast] == ["nicolas cage", "penelope shue"]
    assert [len(film.aliases), len(film.ratings), len(film.releases)] == [1, 2, 1]
    assert [(one.system, one.label) for one in film.certificates] == [("MPA", "R")]
    assert [one.count for one in film.ratings if one.source == "IMDb"] == [90_000]
    assert sorted(db.scalars(select(Genre.slug))) == ["science-fiction", "sports"]
    assert len(db.scalars(select(Person)).all()) == 3


def test_a_genre_that_stands_under_another_sources_name_is_not_made_twice(db, bring):
    factories.title(db, name="Other", genres=["Sci-fi"])

    bring("tmdb.json")

    assert sorted(db.scalars(select(Genre.slug))) == ["sci-fi", "sports"]
    film = db.scalars(select(Title).where(Title.slug == "leaving-las-vegas")).one()
    assert [one.name for one in film.genres] == ["Sci-fi", "Sports"]


def test_a_film_that_two_sources_name_in_two_languages_is_one_where_they_share_players(
    db, tmp_path, bring
):
    # given a film of IMDb's, and TMDB's record of it in Spanish
    bring("imdb")
    path = tmp_path / "spanish.json"
    spanish = TMDB | {"title": "Ganar o morir", "original_title": "Leaving Las Vegas"}
    others = [spanish | {"id": 7, "credits": {}}, spanish | {"id": 8, "release_date": "1999-01-01"}]
    path.write_text(json.dumps([spanish, *others]))

    # when it is imported, then that one is the same; one of nobody in it or of another year is not
    said = [str(entry) for entry in imported.bring(db, path, now=NOW)]
    assert said[0].startswith("line 1: Ganar o morir: in the catalogue already: ")
    assert [line.split(": ", 2)[2] for line in said[1:]] == ["taken", "taken"]
    assert db.scalars(select(Title.name).order_by(Title.id)).all() == [
        *("Leaving Las Vegas", "Ganar o morir", "Ganar o morir"),
    ]


@pytest.fixture
def bring_json(db, tmp_path):
    """Import these records of TMDB's; the answer is what is said of each."""

    def bring_json(*records, name="more.json"):
        path = tmp_path / name
        path.write_text(json.dumps(records))
        return [str(entry) for entry in imported.bring(db, path, now=NOW)]

    return bring_json


def test_a_film_that_two_sources_date_a_year_apart_is_one_by_its_id_of_imdbs(db, bring, bring_json):
    # given a film of IMDb's of 1995, and what TMDB tells of it and of others
    bring("imdb")
    dated = TMDB | {"release_date": "1996-02-09", "imdb_id": "tt1"}
    other_id = dated | {"id": 7, "imdb_id": "tt2"}
    mistyped = {"id": 8, "title": "Else", "release_date": "1950-01-01", "imdb_id": "tt1"}

    # when they are imported
    said = bring_json(dated, other_id, mistyped)

    # then the first is that film, which keeps its year, and the others are not
    assert said[0].startswith("line 1: Leaving Las Vegas: in the catalogue already: ")
    assert "year: the catalogue says 1995, the file 1996: kept" in said[0]
    assert [line.split(": ", 2)[2].split(";")[0] for line in said[1:]] == ["taken", "taken"]
    assert len(db.scalars(select(Title)).all()) == 3

    # and it stays so with the next import, while a second id of one source is a second film
    assert bring_json(dated, name="again.json") == ["line 1: Leaving Las Vegas: unchanged"]
    assert bring_json(dated | {"id": 9}, name="second.json")[0].endswith(": taken")


@pytest.mark.parametrize(
    ("ids", "row"), [("id,imdb_id", "7,tt1"), ("tconst", "tt1"), ("IMDb ID,id", "tt1,7")]
)
def test_a_table_with_imdbs_ids_tells_of_the_films_that_have_them(db, bring, tmp_path, ids, row):
    bring("imdb")
    path = tmp_path / "films.csv"
    path.write_text(f"{ids},title,year\n{row},Leaving Las Vegas,1996\n")

    [said] = imported.bring(db, path, now=NOW)

    assert str(said).startswith("line 2: Leaving Las Vegas: in the catalogue already: ")
    assert len(db.scalars(select(Title)).all()) == 1


def test_an_id_of_imdbs_that_tmdb_told_leads_imdbs_own_record_to_its_film(db, bring, bring_json):
    # given two films of TMDB's with one id of IMDb's, dated a year later than IMDb does
    dated = TMDB | {"release_date": "1996-02-09", "imdb_id": "tt1"}
    bring_json(dated, dated | {"id": 7, "title": "Other", "credits": {}})
    bring_json(dated | {"vote_count": 1500}, name="changed.json")

    # when IMDb's own comes, then it is the first of them, and nothing is there twice
    [said] = bring("imdb")
    assert said.startswith("line 2: Leaving Las Vegas: in the catalogue already: ")
    assert "year: the catalogue says 1996, the file 1995: kept" in said
    assert db.scalars(select(Title.name).order_by(Title.id)).all() == ["Leaving Las Vegas", "Other"]
    assert [line.rpartition(": ")[2] for line in bring("imdb")] == ["unchanged"]
