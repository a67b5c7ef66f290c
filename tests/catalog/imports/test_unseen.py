"""What nobody can see, or turns later text round, is cleaned from every name, whatever the file."""

from __future__ import annotations

import pytest

from catalog import titles
from catalog.imports import formats, rows, tmdb, values, wikipedia
from catalog.imports.formats import Wishes
from catalog.records import Player
from tests import imported, searching
from tests.factories import NOW

FACTS = {
    **{
        "cast": "\u200b; Al\u200bice as \u202eQueen; Alice; \u202eBob",
        "directors": "\u200d; D\u2060i",
    },
    **{
        "genres": "\u200b; Dra\u200bma; Drama",
        "aliases": "\u200b;\u202emoo",
        "synopsis": "\u202esyn",
    },
    **{"content_notices": "\u202enotice", "collections": "Ra\u200bil", "countries": "U\u200bS"},
    **{"title": "A", "year": "\u200e1995", "rights": "\u202eCC0", "id": "\u200b"},
}


def test_a_table_tells_what_can_be_seen(db, tmp_path):
    path = tmp_path / "films.tsv"
    path.write_text("\t".join(FACTS) + "\n" + "\t".join(FACTS.values()) + "\n")

    with formats.stream(path, Wishes()) as stream:
        [film] = [one.film for one in stream.readings]
    assert film.cast == (Player("Alice", "Queen"), Player("Bob"))
    assert (film.directors, film.genres, film.aliases) == (("Di",), ("Drama",), ("moo",))
    assert (film.synopsis, film.rights, film.year) == ("syn", "CC0", 1995)
    assert (film.content_notices, film.collections, film.countries) == (
        *(("notice",), ("Rail",), ("US",)),
    )
    assert film.key.startswith("title|")

    # and who is in it is found
    imported.bring(db, path, now=NOW)
    assert [name for name, _ in searching.found(db, "alice")] == ["A"]
    assert [one.name for one in titles.by_slug(db, "a", whole=True).genres] == ["Drama"]


def test_an_id_that_can_be_seen_stays_as_the_source_tells_it(tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("id,title\ntt\u200b1,A\n")

    with formats.stream(path, Wishes()) as stream:
        assert [one.film.key for one in stream.readings] == ["tt\u200b1"]


def test_a_part_without_a_player_is_nobody():
    assert rows.read(
        2, {"title": "A", "cast": "\u200d as Ben; Ann as \u200d"}, "import"
    ).film.cast == (Player("Ann"),)
    assert values.names("\u200d, \u202e") == []


def test_a_list_tells_what_can_be_seen():
    film = wikipedia.read(
        1,
        {
            **{
                "title": "A",
                "year": 1995,
                "cast": ["Al\u200bice", "\u200b"],
                "genres": ["Dra\u200bma"],
            },
            **{"extract": "\u202eOf A.", "href": "\u200b"},
        },
    ).film

    assert (film.cast, film.genres) == ((Player("Alice"),), ("Drama",))
    assert (film.synopsis, film.rights) == ("Of A.", "Synopsis from Wikipedia (A), CC BY-SA 4.0")
    assert film.key.startswith("title|")


def test_tmdb_tells_what_can_be_seen():
    billed = [{"name": "\u202e"}, {"name": "Al\u200bice", "character": "\u202eQueen"}]
    crew = [{"job": "Director", "name": name} for name in ("\u200b", "D\u200bi")]
    named = {"titles": [{"title": "\u200b"}, {"title": "\u202emoo"}]}
    film = tmdb.read(
        1,
        {
            **{"id": 1, "title": "A", "overview": "\u202eOf A.", "alternative_titles": named},
            **{"genres": [{"name": "Dra\u200bma"}, {"name": "Drama"}]},
            "credits": {"cast": billed, "crew": crew},
        },
    ).film

    assert (film.cast, film.directors) == ((Player("Alice", "Queen"),), ("Di",))
    assert (film.genres, film.aliases, film.synopsis) == (("Drama",), ("moo",), "Of A.")


@pytest.mark.parametrize(("name", "cast"), [("\u200b", []), ("Al\u200bice", ["Alice as Queen"])])
def test_imdb_tells_what_can_be_seen(db, tmp_path, name, cast):
    for file, told in {
        "title.basics": ["tconst titleType primaryTitle genres", "tt1 movie A Dra\u200bma"],
        "title.akas": ["titleId title", "tt1 \u200b", "tt1 \u202emoo"],
        "title.principals": [
            "tconst nconst category characters",
            'tt1 nm1 actor ["\\u202eQueen"]',
        ],
        "name.basics": ["nconst primaryName", f"nm1 {name}"],
    }.items():
        lines = (line.replace(" ", "\t") for line in told)
        (tmp_path / f"{file}.tsv").write_text("\n".join(lines) + "\n")

    imported.bring(db, tmp_path, now=NOW)

    film = titles.by_slug(db, "a", whole=True)
    assert [f"{one.person.name} as {one.role}" for one in film.credits] == cast
    assert ([one.name for one in film.genres], film.aliases) == (["Drama"], ["moo"])
