"""TMDB's films are understood one by one, whatever is missing or wrong in them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from catalog.imports import formats, tmdb
from catalog.imports.formats import Wishes
from catalog.records import Player

VEGAS = {
    "id": 451,
    "adult": False,
    "title": "Leaving Las Vegas",
    "original_title": "Leaving Las Vegas",
    "overview": "A writer goes to Las Vegas. He stays.",
    "release_date": "1995-10-27",
    "runtime": 111,
    "genres": [{"id": 18, "name": "Drama"}, {"id": 10749, "name": "Romance"}],
    "spoken_languages": [{"iso_639_1": "en"}],
    "production_countries": [{"iso_3166_1": "US"}],
    "vote_average": 7.133,
    "vote_count": 1400,
    "alternative_titles": {"titles": [{"iso_3166_1": "ES", "title": "Adiós a Las Vegas"}]},
    "credits": {
        "cast": [
            {"name": "Elisabeth Shue", "character": "Sera", "order": 1},
            {"name": "Nicolas Cage", "character": "Ben", "order": 0},
        ],
        "crew": [{"name": "Mike Figgis", "job": "Director"}, {"name": "X", "job": "Editor"}],
    },
    "release_dates": {
        "results": [
            {
                "iso_3166_1": "US",
                "release_dates": [
                    {"type": 3, "release_date": "1995-10-27T00:00:00.000Z", "certification": "R"},
                    {"type": 5, "release_date": "nonsense", "certification": ""},
                ],
            }
        ]
    },
}


NO_DAY = "release_date “nonsense” means nothing: left out"
RELEASED_BY_A_LIST = {"iso_3166_1": "US", "release_dates": [{"type": [6]}]}


def test_every_fact_of_a_film_is_taken():
    film = tmdb.read(1, VEGAS).film

    assert (film.source, film.key, film.name, film.year) == ("TMDB", "451", VEGAS["title"], 1995)
    assert (film.original_name, film.aliases) == (None, ("Adiós a Las Vegas",))
    assert film.cast == (Player("Nicolas Cage", "Ben"), Player("Elisabeth Shue", "Sera"))
    assert (film.directors, film.genres) == (("Mike Figgis",), ("Drama", "Romance"))
    assert (film.runtime_minutes, film.languages, film.countries) == (111, ("en",), ("US",))
    assert film.releases == ({"territory": "US", "kind": "theatrical", "on": date(1995, 10, 27)},)
    assert film.certificates == ({"system": "MPA", "territory": "US", "label": "R"},)
    [rating] = film.ratings
    assert rating == {"source": "TMDB", "score": Decimal("7.1"), "scale": 10, "count": 1400}


def test_what_says_that_nothing_is_known_is_nobody_no_genre_and_no_plot():
    cast = [{"name": "N/A", "order": 0}, {"name": "Ann", "character": "null", "order": 1}]
    nothing = {"overview": "N/A", "original_title": "null", "genres": [{"name": "Unknown"}]}

    film = tmdb.read(1, VEGAS | nothing | {"credits": {"cast": cast}}).film

    assert (film.synopsis, film.original_name, film.genres) == (None, None, ())
    assert film.cast == (Player("Ann"),)


def test_several_people_of_one_name_in_a_film_are_one_and_that_is_said():
    cast = [{"id": one, "name": name} for one, name in ((1, "Bo É"), (2, "bo e"), (1, "Bo É"))]
    cast += [{"id": 3, "name": "Ann"}, {"id": 3, "name": "Ann"}, {"name": "Ann"}]
    crew = [{"id": one, "name": "Di", "job": "Director"} for one in (4, 4, 5, 6)]

    reading = tmdb.read(1, VEGAS | {"credits": {"cast": cast, "crew": crew}, "release_dates": {}})

    assert [one.name for one in reading.film.cast] == ["Bo É", "Ann"]
    assert sorted(reading.notes) == [
        "cast has several people called Bo É: taken as one",
        "directors has several people called Di: taken as one",
    ]


def test_a_title_is_taken_without_what_deceives_the_eye_and_an_endless_one_is_refused():
    unseen = tmdb.read(
        1, VEGAS | {"title": "A\u202eB" + "\u3164" * 999, "original_title": "A\u200bB"}
    )
    blank = tmdb.read(1, VEGAS | {"title": "\u3164", "original_title": "Wings\u00ad"})
    endless = tmdb.read(1, VEGAS | {"title": "家" * 401})
    other = tmdb.read(1, VEGAS | {"original_title": "家" * 401})

    assert (unseen.title, unseen.film.name, unseen.film.original_name) == ("AB", "AB", None)
    assert blank.film.name == "Wings"
    assert endless.notes == ("title is longer than 400 characters: refused",)
    assert other.film.original_name == "家" * 400


def test_a_film_of_a_search_result_has_its_genres_by_number():
    found = {"id": 1, "title": "A", "genre_ids": [878, 53, 1], "overview": ""}

    assert tmdb.read(1, found).film.genres == ("Science fiction", "Thriller")


@pytest.mark.parametrize(
    "odd",
    [
        {"credits": []},
        {"credits": {"cast": "Nicolas Cage", "crew": [None, 1]}},
        {"genres": {"name": "Drama"}, "genre_ids": None},
        {"release_dates": {"results": [{"iso_3166_1": None, "release_dates": [{}]}]}},
        {"vote_average": "high", "runtime": "long", "spoken_languages": None},
        {"vote_average": 77, "alternative_titles": None, "release_date": None},
        {"genre_ids": [[], {}], "release_dates": {"results": [RELEASED_BY_A_LIST]}},
    ],
)
def test_what_has_another_shape_is_left_out_and_the_film_is_taken(odd):
    assert tmdb.read(1, VEGAS | odd).film.name == "Leaving Las Vegas"


@pytest.mark.parametrize(
    ("odd", "note"),
    [
        ({"vote_average": float("nan")}, "vote_average “nan” means nothing: left out"),
        ({"vote_average": float("inf")}, "vote_average “inf” means nothing: left out"),
        ({"vote_count": 10**12}, "vote_count “1000000000000” means nothing: left out"),
        ({"vote_count": -5}, "vote_count “-5” means nothing: left out"),
        ({"vote_count": 7.5}, "vote_count “7.5” means nothing: left out"),
        ({"vote_average": "high"}, "vote_average “high” means nothing: left out"),
    ],
)
def test_a_number_that_means_nothing_is_told_and_left_out_with_the_score(odd, note):
    reading = tmdb.read(1, VEGAS | odd)

    assert (reading.notes, reading.film.ratings) == ((NO_DAY, note), ())


def test_a_text_that_is_too_long_is_cut_and_that_is_said():
    reading = tmdb.read(1, VEGAS | {"overview": "字" * 6_000, "original_title": "word " * 100})

    assert reading.film.synopsis_long == "字" * 5_000
    assert len(reading.film.original_name) == 399
    assert {*reading.notes} >= {
        "overview is longer than 5,000 characters: its beginning taken",
        "original_title is longer than 400 characters: its beginning taken",
    }


@pytest.mark.parametrize(
    ("odd", "note"),
    [
        *(
            (
                {name: [{word: f"Name {number}"} for number in range(31)]},
                f"{name} has 31 names: the first 30 taken",
            )
            for name, word in (
                ("spoken_languages", "iso_639_1"),
                ("production_countries", "iso_3166_1"),
            )
        ),
        (
            {"production_countries": [{"iso_3166_1": "x" * 81}]},
            "production_countries has a name of more than 80 characters: left out",
        ),
        (
            {"spoken_languages": [], "original_language": "x" * 81},
            "original_language has a name of more than 80 characters: left out",
        ),
        (
            {"genres": [{"name": "x" * 41}]},
            "genres has a name of more than 40 characters: left out",
        ),
        (
            {"genres": [{"name": f"G{number}"} for number in range(11)]},
            "genres has 11 names: the first 10 taken",
        ),
        ({"genre_ids": [18, 7]}, "genre_ids has 7, which is no genre: left out"),
        (
            {"alternative_titles": {"titles": [{"title": f"A {number}"} for number in range(31)]}},
            "alternative_titles has 31 names: the first 30 taken",
        ),
        (
            {"alternative_titles": {"titles": [{"title": "x" * 401}]}},
            "alternative_titles has a name of more than 400 characters: left out",
        ),
        ({"vote_count": 0}, "a score without votes: left out"),
    ],
)
def test_what_is_too_long_or_too_much_is_told(odd, note):
    assert tmdb.read(1, VEGAS | odd).notes.count(note) == 1


def test_names_and_parts_of_people_that_are_too_long_are_cut_and_that_is_said():
    # given a film of more people than a film may have, the first of them with long names
    cast = [{"name": f"{number:02} " + "name " * 30 * (number < 2)} for number in range(61)]
    cast[0]["character"] = "part " * 30
    crew = [
        {"job": "Director", "name": f"D{number} " + "x" * 500 * (number < 1)}
        for number in range(31)
    ]
    places = [
        {
            "iso_3166_1": "US",
            "release_dates": [{"type": 3, "release_date": "1995-10-27", "certification": "R" * 81}],
        }
    ]

    reading = tmdb.read(
        1, VEGAS | {"credits": {"cast": cast, "crew": crew}, "release_dates": {"results": places}}
    )

    assert reading.notes == (
        "name “D0 xxxxxxxxxxxxxxxxxxxxxxxxxxx” is longer than 120 characters: its beginning taken",
        "directors has 31 names: the first 30 taken",
        "name “00 name name name name name na” is longer than 120 characters: its beginning taken",
        "name “01 name name name name name na” is longer than 120 characters: its beginning taken",
        "cast has 61 names: the first 60 taken",
        "role of 00" + " name" * 23 + " is longer than 120 characters: its beginning taken",
        "certification is longer than 80 characters: its beginning taken",
    )
    assert reading.film.cast[0] == Player("00" + " name" * 23, "part" + " part" * 23)
    assert (len(reading.film.cast), len(reading.film.directors)) == (60, 30)


def test_a_running_time_that_means_nothing_is_told_and_one_of_0_is_not_known():
    told = [tmdb.read(1, VEGAS | {"runtime": given}) for given in (-90, 10**12, 0)]

    assert [one.film.runtime_minutes for one in told] == [None, None, None]
    assert [one.notes for one in told] == [
        ("runtime “-90” means nothing: left out", NO_DAY),
        ("runtime “1000000000000” means nothing: left out", NO_DAY),
        (NO_DAY,),
    ]


def test_whole_numbers_with_a_decimal_part_of_zeros_are_taken():
    film = tmdb.read(1, VEGAS | {"runtime": 111.0, "vote_count": 1400.0}).film

    assert (film.runtime_minutes, film.ratings[0]["count"]) == (111, 1400)


def test_every_kind_of_release_has_the_word_that_the_film_page_knows():
    days = [{"type": number, "release_date": f"1995-10-0{number}"} for number in range(1, 7)]
    released = {"results": [{"iso_3166_1": "US", "release_dates": days}]}

    film = tmdb.read(1, VEGAS | {"release_dates": released}).film

    kinds = [one["kind"] for one in film.releases]
    assert kinds == ["premiere", "limited", "theatrical", "digital", "physical", "television"]


@pytest.mark.parametrize(
    ("day", "releases"),
    [
        ("2030-05-01", ({"territory": "ZZ", "kind": "theatrical", "on": date(2030, 5, 1)},)),
        ("9999-12-31", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_the_one_day_of_a_film_without_release_dates_is_its_release(day, releases):
    for missing in ({}, {"release_dates": {"results": []}}, {"release_dates": None}):
        record = {"id": 1, "title": "A", "overview": "", "release_date": day} | missing

        assert tmdb.read(1, record).film.releases == releases


def test_of_several_days_and_certificates_of_a_country_the_first_are_taken_and_that_is_said():
    days = [
        ("1995-10-27", 3, "R"),
        ("1995-10-27", 3, "R"),
        ("1996-02-09", 3, "PG"),
        ("1997", 5, ""),
    ]
    told = [
        {"release_date": day, "type": kind, "certification": label} for day, kind, label in days
    ]
    places = {"results": [{"iso_3166_1": "US", "release_dates": told}]}

    reading = tmdb.read(1, VEGAS | {"release_dates": places})

    assert [one["on"] for one in reading.film.releases] == [date(1995, 10, 27)]
    assert [one["label"] for one in reading.film.certificates] == ["R"]
    assert reading.notes == (
        "release_date 1996-02-09 is a further theatrical one of US: left out",
        "release_date “1997” means nothing: left out",
        "certification “PG” is a further one of US: left out",
    )


def test_countries_and_days_that_are_none_are_told_and_left_out():
    days = ("0001-01-01", "9999-12-31", "1995-10-27")
    told = [{"type": 3, "release_date": day, "certification": "R"} for day in days]
    places = [{"iso_3166_1": code, "release_dates": told} for code in ("XYZ", "1", "us")]

    reading = tmdb.read(1, VEGAS | {"release_dates": {"results": places}})

    assert [one["territory"] for one in reading.film.releases] == ["US"]
    assert reading.film.certificates == ({"system": "MPA", "territory": "US", "label": "R"},)
    assert reading.notes == (
        "iso_3166_1 “XYZ” is no country: its release dates left out",
        "iso_3166_1 “1” is no country: its release dates left out",
        "release_date “0001-01-01” means nothing: left out",
        "release_date “9999-12-31” means nothing: left out",
    )


def test_a_director_is_named_once_however_spelt():
    crew = [{"job": "Director", "name": name} for name in ("Dir One", "DIR ONE", "Dir Two")]
    film = tmdb.read(1, VEGAS | {"credits": {"crew": crew}}).film
    assert film.directors == ("Dir One", "Dir Two")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"title": "A"}, "not a film of TMDB: refused"),
        ([], "not a film of TMDB: refused"),
        ({"id": 1, "title": "", "overview": ""}, "no title given: refused"),
        ({"id": 1, "title": "A", "video": False, "adult": True}, "marked as for adults only"),
    ],
)
def test_what_is_no_film_for_us_is_refused_with_the_reason(record, why):
    [note] = tmdb.read(3, record).notes
    assert note.startswith(why)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(VEGAS),
        json.dumps(VEGAS, indent=1),
        json.dumps([VEGAS]),
        json.dumps(VEGAS) + "\n",
    ],
)
def test_one_object_a_list_and_an_object_a_line_are_all_read(tmp_path, content):
    path = tmp_path / "films.json"
    path.write_text(content)

    with formats.stream(path, Wishes()) as stream:
        assert [one.film.key for one in stream.readings] == ["451"]


def test_a_line_that_is_broken_is_refused_alone(tmp_path):
    path = tmp_path / "films.jsonl"
    path.write_text(f"{json.dumps(VEGAS)}\n{{broken\n{json.dumps(VEGAS | {'id': 2})}\n")

    with formats.stream(path, Wishes()) as stream:
        readings = list(stream.readings)

    assert [one.line for one in readings] == [1, 2, 3]
    assert readings[1].notes == ("not JSON: refused",)


def test_cantonese_has_its_own_code_and_silence_none():
    spoken = [{"iso_639_1": code} for code in ("cn", "xx", "en")]

    assert tmdb.read(1, VEGAS | {"spoken_languages": spoken}).film.languages == ("yue", "en")


@pytest.mark.parametrize(
    ("spoken", "own", "languages"),
    [
        ([], "de", ("de",)),
        (None, "cn", ("yue",)),
        ([], "xx", ()),
        ([], 7, ()),
        ([{"iso_639_1": "xx"}], "en", ()),
        ([{"iso_639_1": "fr"}], "en", ("fr",)),
    ],
)
def test_a_film_whose_spoken_languages_are_not_told_has_its_own(spoken, own, languages):
    record = VEGAS | {"spoken_languages": spoken, "original_language": own}

    assert tmdb.read(1, record).film.languages == languages


def test_records_of_one_line_are_told_apart(tmp_path):
    path = tmp_path / "films.json"
    path.write_text(f"[{json.dumps(VEGAS)}, 3, {json.dumps(VEGAS)},\n{json.dumps(VEGAS)}]")

    with formats.stream(path, Wishes()) as stream:
        places = [one.place for one in stream.readings]

    assert places == ["line 1", "line 1, record 2", "line 1, record 3", "line 2"]


@pytest.mark.parametrize("indent", [None, 1])
def test_pages_of_a_list_are_read_by_their_films(tmp_path, indent):
    film = {"title": "A", "overview": "", "genre_ids": [18]}
    pages = [
        {"page": page, "results": [film | {"id": page}, film | {"id": page + 10}], "total_pages": 2}
        for page in (1, 2)
    ]
    path = tmp_path / "films.json"

    for content, ids in ((pages, ["1", "11", "2", "12"]), (pages[0], ["1", "11"])):
        path.write_text(json.dumps(content, indent=indent))
        with formats.stream(path, Wishes()) as stream:
            readings = list(stream.readings)
            assert (stream.source, [one.film.key for one in readings]) == ("TMDB", ids)
        assert len({one.place for one in readings}) == len(ids)
