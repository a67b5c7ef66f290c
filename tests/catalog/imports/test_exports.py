"""Tables as other programs and sites write them: IMDb's lists, Kodi, Plex, TMDB's and Netflix's."""

from __future__ import annotations

import json

import pytest

from catalog.imports.formats import Wishes
from catalog.imports.unreadable import Unreadable
from catalog.records import Player
from tests.catalog.imports.tables import read

__all__ = ["read"]

LIST = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,"
    "Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"
)


def test_a_list_that_somebody_keeps_at_imdb_gives_its_films_and_no_private_remark(read):
    [film, series], remarks = read(
        LIST
        + "1,tt0111161,2024-01-01,2024-01-01,seen with mum,The Shawshank Redemption,,u,Movie,9.3,"
        "142,1994,Drama,2900000,1994-10-14,Frank Darabont\n"
        "2,tt0903747,2024-01-01,2024-01-01,,Breaking Bad,,u,TV Series,9.5,,2008,Crime,9,,\n"
    )

    told = film.film
    assert (told.key, told.runtime_minutes, told.synopsis) == ("tt0111161", 142, None)
    [rating] = told.ratings
    assert (rating["source"], float(rating["score"]), rating["count"]) == ("IMDb", 9.3, 2_900_000)
    assert (series.film, series.notes) == (None, ("“TV Series” is no film: refused",))
    assert "Description" in remarks[0]


@pytest.mark.parametrize("kind", ["TV Show", "tvEpisode", "Season", "TV Mini-Series", "video game"])
def test_a_row_that_is_no_film_is_refused(read, kind):
    [reading], _ = read(f"type,title,year\n{kind},Ozymandias,2013\n")

    assert (reading.film, reading.notes) == (None, (f"“{kind}” is no film: refused",))


@pytest.mark.parametrize(("adult", "refused"), [("True", True), ("1", True), ("False", False)])
def test_a_film_for_adults_only_is_refused_as_from_every_source(read, adult, refused):
    [reading], _ = read(f"adult,id,title,year\n{adult},7,A Film,2001\n")

    assert (reading.film is None) is refused
    assert ("marked as for adults only: refused" in reading.notes) is refused


@pytest.mark.parametrize(
    ("cast", "players"),
    [
        ("Kurt Russell (Snake) / Bo Two", [Player("Kurt Russell", "Snake"), Player("Bo Two")]),
        ("Al One (II)|Bo Two (actor)", [Player("Al One (II)"), Player("Bo Two (actor)")]),
        ("voices of, Al One", [Player("Al One")]),
    ],
)
def test_names_are_parted_at_slashes_and_parts_stand_in_brackets(read, cast, players):
    [reading], _ = read(
        "title;year;directors;genres;cast;aliases\n"
        f"A;1999;Joel Coen / Ethan Coen;Crime / Drama;{cast};Face / Off\n"
    )

    film = reading.film
    assert film.directors == ("Joel Coen", "Ethan Coen")
    assert film.genres == ("Crime", "Drama")
    assert (list(film.cast), film.aliases) == (players, ("Face / Off",))


def test_genres_are_parted_at_dashes_and_none_is_cut_at_its_own(read):
    [film, other], _ = read("title,year,genres\nA,1999,Horror - Comedy\nB,1999,Sci-Fi\n")

    assert film.film.genres == ("Horror", "Comedy")
    assert other.film.genres == ("Science fiction",)


@pytest.mark.parametrize(
    ("header", "cell", "system", "label"),
    [
        ("MPAA", "Rated R", "MPA", "R"),
        ("MPAA", "Rated PG-13 for violence", "MPA", "PG-13"),
        ("BBFC", "15", "BBFC", "15"),
        ("certificate", "FSK 12", "FSK", "12"),
        ("certificate", "Not rated", "", "Not rated"),
    ],
)
def test_a_certificate_has_the_system_that_its_header_or_its_cell_names(
    read, header, cell, system, label
):
    [reading], _ = read(f"title,year,{header}\nA,1999,{cell}\n")

    [found] = reading.film.certificates
    assert (found["system"], found["label"]) == (system, label)


@pytest.mark.parametrize(
    ("source", "href", "rights"),
    [
        ("Studio X", "null", None),
        ("Studio X", '"Own"', "Synopsis from Wikipedia (Own), CC BY-SA 4.0"),
        (None, "null", "Synopsis from Wikipedia (Own), CC BY-SA 4.0"),
    ],
)
def test_a_text_of_somebodys_own_is_not_said_to_be_wikipedias(read, source, href, rights):
    film = f'[{{"title": "Own", "year": 1999, "href": {href}, "extract": "A text."}}]'

    [reading], _ = read(film, Wishes(source=source), name="own.json")

    assert reading.film.rights == rights


@pytest.mark.parametrize(
    ("headers", "cells", "scored"),
    [
        ("Letterboxd URI,Rating", "u,4.5", ("4.5", 5)),
        ("Letterboxd URI,score", "u,4.5", ("4.5", 10)),
        ("Rating (out of 5)", "3.75", ("3.8", 5)),
        ("rating/5", "5", ("5.0", 5)),
        ("Rating (0.5-5)", "0.5", ("0.5", 5)),
        ("IMDb rating [/100]", "78", ("78.0", 100)),
        ("score,scale", "4,5.0", ("4.0", 5)),
        ("score,scale", "7.5,", ("7.5", 10)),
        ("score", "3/4", ("3.0", 4)),
        ("rating", "4.5", ("4.5", 10)),
    ],
)
def test_a_score_has_the_scale_that_its_table_tells(read, headers, cells, scored):
    [reading], _ = read(f"title,year,votes,{headers}\nA,1999,40,{cells}\n")

    [found] = reading.film.ratings
    assert (str(found["score"]), found["scale"]) == scored
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("score", "scale", "note"),
    [
        ("7", "5", "score “7” means nothing: left out"),
        ("7", "many", "scale “many” means nothing: left out"),
        ("7", "0", "scale “0” means nothing: left out"),
    ],
)
def test_a_score_of_a_scale_that_it_is_not_of_is_left_out(read, score, scale, note):
    [reading], _ = read(f"title,year,votes,score,scale\nA,1999,40,{score},{scale}\n")

    assert (reading.film.ratings, reading.notes) == ((), (note,))


def test_a_header_that_says_scale_and_source_is_known_by_both(read):
    [reading], _ = read("title,year,votes,IMDb rating (out of 10)\nA,1999,40,7\n")

    [found] = reading.film.ratings
    assert (found["source"], found["scale"]) == ("IMDb", 10)


def test_keys_of_json_that_mean_nothing_to_us_are_told_once(read):
    wikipedia = [{"title": "A", "year": 1999, "stars": 4}, {"title": "B", "tags": [], "stars": 5}]
    tmdb = {"id": 1, "title": "A", "overview": "", "budget": 7, "release_date": "1999-01-01"}
    page = {"page": 1, "results": [tmdb]}

    assert read(json.dumps(wikipedia), name="a.json")[1] == ["keys left out: stars, tags"]
    assert read(json.dumps(page), name="b.json")[1] == ["keys left out: budget"]
    assert read(json.dumps([1, {"title": "A", "thumbnail": ""}]), name="c.json")[1] == []


def test_of_keys_without_end_the_first_are_told(read):
    keys = [f"{number} {'long ' * 20}" for number in range(100)]

    _, [told] = read(json.dumps([{"title": "A", key: 1} for key in keys]), name="a.json")

    assert told.count(",") == 49
    assert "47 long long" in told and len(told) < 2_200


@pytest.mark.parametrize(
    ("state", "status", "notes"),
    [
        ("Released", None, ()),
        *(
            (one, "draft", (f"status “{one}” is of a film that is not released: a draft",))
            for one in ("Rumored", "Planned", "In Production", "Post Production", "Canceled")
        ),
    ],
)
def test_what_tmdb_says_of_how_far_a_film_is_makes_it_a_draft_or_nothing(
    read, state, status, notes
):
    [row], _ = read(f"title,year,status\nA,1999,{state}\n")
    record = {"id": 1, "title": "A", "release_date": "1999-01-01", "status": state}
    [of_json], _ = read(json.dumps(record), name="a.json")

    assert [(one.film.status, one.notes) for one in (row, of_json)] == [(status, notes)] * 2


LETTERBOXD = "Letterboxd list export v7\n"


@pytest.mark.parametrize(
    ("before", "line"),
    [
        (f"{LETTERBOXD}Date,Name,Tags,URL,Description\n2024-01-01,Best,,u,\n\n", 6),
        (f'{LETTERBOXD}Date,Name,Description\n2024-01-01,Best,"One.\n\nTwo."\n\n', 8),
        (f"{LETTERBOXD.strip()},,,\nDate,Name,,\n2024-01-01,Best,,\n,,,\n", 6),
        ("What I have seen\n\n", 4),
    ],
)
def test_a_table_is_found_behind_what_is_said_of_it(read, before, line):
    [reading], remarks = read(before + "Position,Name,Year,URL,Description\n1,A,1999,u,Mine.\n")

    assert (reading.line, reading.film.name, reading.film.year) == (line, "A", 1999)
    assert reading.film.synopsis is None
    said = before.partition("\n")[0].strip(",")
    assert remarks == [
        f"left out, since it stands before the table: “{said}” and what follows",
        "columns left out: Position, URL, Description",
    ]


@pytest.mark.parametrize("rest", ["A\nB\n", "A\n\nB\n", "A\n" * 30 + "\nTitle\nB\n", ""])
def test_a_column_alone_that_means_nothing_is_named_as_ever(read, rest):
    with pytest.raises(Unreadable, match="No column is the title"):
        read(f"Werke\n{rest}")

    if rest:
        readings, remarks = read(f"Werke\n{rest}", Wishes(columns={"werke": "title"}))
        assert (readings[0].title, remarks) == ("A", [])


def test_a_header_of_several_lines_is_no_remark_about_the_table(read):
    readings, remarks = read('"Running\ntime",title\n90,A\n,\n91,B\n')

    assert [(one.title, one.film.runtime_minutes) for one in readings] == [("A", 90), ("B", 91)]
    assert remarks == []


STORY = f"It\nbegins. {'On it goes. ' * 40}\r\n \r\n\r\nIt ends."
LONG = f"It begins. {'On it goes. ' * 40}".strip() + "\n\nIt ends."


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f'title,year,plot\nA,1999,"{STORY}"\n', "a.csv"),
        (f'title,year,synopsis,synopsis_long\nA,1999,It begins.,"{STORY}"\n', "b.csv"),
        (json.dumps([{"title": "A", "year": 1999, "extract": STORY}]), "c.json"),
        (json.dumps({"id": 1, "title": "A", "overview": STORY}), "d.json"),
    ],
)
def test_a_long_synopsis_keeps_its_paragraphs(read, content, name):
    [reading], _ = read(content, name=name)

    assert reading.film.synopsis_long == LONG
    assert reading.film.synopsis.startswith("It begins.")
    assert "\n" not in reading.film.synopsis


def test_a_short_synopsis_of_two_paragraphs_has_no_long_one(read):
    [reading], _ = read('title,year,plot\nA,1999,"It begins.\n\nIt ends."\n')

    assert (reading.film.synopsis, reading.film.synopsis_long) == ("It begins. It ends.", None)
