"""The cells of a table: names and lists of them, words for nothing, texts, days and numbers."""

from __future__ import annotations

import json
from datetime import date

import pytest

from catalog.records import Player
from tests.catalog.imports.tables import read

__all__ = ["read"]


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        *((field, 5_000) for field in ("synopsis", "synopsis_long", "rights")),
        ("original_title", 400),
        *((field, 80) for field in ("certificate", "certificate_system", "score_source")),
    ],
)
def test_a_text_that_is_too_long_is_cut_at_a_word_and_that_is_said(read, field, longest):
    row = {"title": "A", "territory": "GB", "certificate": "18", "score": "7", "votes": "9"}
    row |= {field: "word " * 2_000}

    [reading], _ = read(",".join(row) + "\n" + ",".join(row.values()) + "\n")

    told = f"{field} is longer than {longest:,} characters: its beginning taken"
    assert told in reading.notes
    assert "word word'" in str(reading.film) and "wor'" not in str(reading.film)


def test_of_a_synopsis_beside_a_long_one_the_beginning_is_taken_and_that_is_said(read):
    row = f"A;{'First words. ' * 50};{'All words. ' * 90}"

    [reading], _ = read(f"title;synopsis;synopsis_long\n{row}\n")

    assert reading.notes[1:] == (
        "synopsis is longer than 400 characters: its beginning taken, as there is a synopsis_long",
    )
    assert len(reading.film.synopsis) < 400
    assert reading.film.synopsis_long == ("All words. " * 90).strip()


def test_an_endless_part_is_cut_a_player_of_an_endless_name_left_out_and_both_are_said(read):
    cast = f"Ann as {'part ' * 60}|Bo as Ben|{'x' * 121}|{'y' * 121} as Cat"

    [reading], _ = read(f"title;year;cast\nA;1990;{cast}\n")

    assert reading.film.cast == (Player("Ann", "part" + " part" * 23), Player("Bo", "Ben"))
    assert reading.notes == (
        "cast has a name of more than 120 characters: left out",
        "role of Ann is longer than 120 characters: its beginning taken",
    )


@pytest.mark.parametrize("word", ["N/A", "null", "None", "NULL", "nan", "-", "unknown", "\\N"])
def test_a_cell_that_says_that_nothing_is_known_is_empty(read, word):
    facts = ("year", "runtime", "genres", "cast", "directors", "synopsis", "certificate", "score")

    [reading], _ = read(f"title,{','.join(facts)}\nA{f',{word}' * len(facts)}\n")

    assert reading.notes == ("no year given: taken without year",)
    film = reading.film
    told = (film.year, film.runtime_minutes, film.genres, film.people, film.synopsis)
    assert told == (None, None, (), [], None)
    assert (film.certificates, film.ratings) == ((), ())


def test_a_part_of_a_list_that_says_that_nothing_is_known_is_left_out(read):
    [reading], _ = read(
        "title;genres;cast\nA;(no genres listed);Ann as N/A|n/a|NONE as Ben|Unknown\n"
    )

    assert (reading.film.genres, reading.film.cast) == ((), (Player("Ann"),))


def test_a_film_may_be_called_by_a_word_for_nothing(read):
    readings, _ = read(
        "title,original_title,aliases\nNone,None,N/A\nUnknown,Unknown,Unknown|null\n"
    )

    films = [one.film for one in readings]
    assert [(one.name, one.original_name, one.aliases) for one in films] == [
        *(("None", None, ()), ("Unknown", "Unknown", ("Unknown",))),
    ]


@pytest.mark.parametrize(
    ("cast", "players"),
    [
        ("Ann Bee as X|Ann Bee as Y|ann bee|ÁNN BEE as Z", [Player("Ann Bee", "X")]),
        ("Ann Bee|Bo|ann bee as X", [Player("Ann Bee", "X"), Player("Bo")]),
    ],
)
def test_somebody_with_several_roles_is_one(read, cast, players):
    [reading], _ = read(f"title;cast\nA;{cast}\n")

    assert list(reading.film.cast) == players


WRITTEN = [{"id": 28, "name": "Action"}, {"id": 878, "name": "Science Fiction"}]


BILLED = [{"name": "Ann B.", "character": "Queen", "order": 0}, {"name": "Bo", "character": ""}]


@pytest.mark.parametrize("written", [json.dumps, repr])
def test_a_list_that_a_program_wrote_into_a_cell_is_read(read, written):
    lists = (WRITTEN, BILLED, ["Di"], [], {"id": 1, "name": "A, the rail"})

    [reading], _ = read(
        "title\tgenres\tcast\tdirectors\tcountries\tcollections\n"
        + "\t".join(["A", *map(written, lists)])
        + "\n"
    )

    film = reading.film
    assert (film.genres, film.directors) == (("Action", "Science fiction"), ("Di",))
    assert film.cast == (Player("Ann B.", "Queen"), Player("Bo"))
    assert (film.countries, film.collections) == ((), ("A, the rail",))
    assert reading.notes == ("no year given: taken without year",)


@pytest.mark.parametrize(
    "cell",
    [
        *('[{"name": "Action"', "[{'name': 'Act'}, oh()]", "[{'id': 28}]", "[[1, 2]]"),
        *("[[" * 50_000, "[{'a':" * 20_000, "['" + "x" * 200_000 + "'"),
        *("{'a': 1}", "[{[]: 1}]", r"['\d',", "{'", f"['a',{'-' * 5_000}1]"),
    ],
    ids=lambda cell: cell[:20],
)
def test_a_list_in_a_cell_that_cannot_be_read_is_left_out_and_told(read, cell):
    [reading], _ = read(f"title|year|genres|cast\nA|1990|{cell}|{cell}\n".replace("|", "\t"))

    told = f"“{cell[:30]}” is a list that cannot be read: left out"
    assert (reading.film.genres, reading.film.cast) == ((), ())
    assert reading.notes == (f"cast {told}", f"genres {told}")


def test_a_name_may_begin_with_a_bracket(read):
    [reading], _ = read("title;aliases\nRec;[REC 1]|{Other}\n")

    assert reading.film.aliases == ("[REC 1]", "{Other}")


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ("Frank P., Sammy Davis, Jr., Dean", ["Frank P.", "Sammy Davis, Jr.", "Dean"]),
        ("Ann, Sr as Ben, Robert , III,Bo", ["Ann, Sr", "Robert , III", "Bo"]),
        ("Robert, Jr., PhD, Ann B., M.D.", ["Robert, Jr., PhD", "Ann B., M.D."]),
        ("Jr., Ann; Bo, IV", ["Jr., Ann", "Bo, IV"]),
        ("Ann, Jrue, IIda, Mdina", ["Ann", "Jrue", "IIda", "Mdina"]),
    ],
)
def test_what_stands_behind_a_name_and_a_comma_belongs_to_it(read, people, names):
    [reading], _ = read(f"title\tcast\tdirectors\tcountries\nA\t{people}\tBo, Jr\tRO, MD\n")

    assert [one.name for one in reading.film.cast] == names
    assert (reading.film.directors, reading.film.countries) == (("Bo, Jr",), ("RO", "MD"))


@pytest.mark.parametrize(
    ("row", "name", "year"),
    [
        ("Goonies, The\t1985\t", "The Goonies", 1985),
        ("bug's life , a (1998)\t\t1999-01-02", "A bug's life", 1998),
        ("Affair, An (Affäre, Die) (1999)\tN/A\t", "An Affair", 1999),
        ("Boot, Das (1981)\t\t", "Das Boot", 1981),
        ("Avventura, L' (1960)\t\t", "L'Avventura", 1960),
        ("2012 (2009)\t2009\t", "2012", 2009),
        ("Blade Runner (2049)\t2017\t", "Blade Runner (2049)", 2017),
        ("Numbers (1234)\t\t", "Numbers (1234)", None),
        ("(1995)\t\t", "(1995)", None),
        (", The\t1990\t", ", The", 1990),
    ],
)
def test_an_article_behind_a_title_goes_in_front_and_a_year_there_is_the_films(
    read, row, name, year
):
    [reading], _ = read(f"title\tyear\treleased_on\n{row}\n")

    assert (reading.film.name, reading.film.year) == (name, year)


@pytest.mark.parametrize(
    ("title", "name", "aliases"),
    [
        ("Seven (a.k.a. Se7en) (1995)", "Seven", ("Se7en",)),
        ("Hate (Haine, La) (1995)", "Hate", ("La Haine",)),
        ("Boot, Das (Boat, The) (1981)", "Das Boot", ("The Boat",)),
        ("Brazil (final cut) (1985)", "Brazil (final cut)", ()),
    ],
)
def test_another_name_in_brackets_behind_a_title_is_one_of_the_film(read, title, name, aliases):
    [reading], _ = read(f"title;year\n{title};\n")

    assert (reading.film.name, reading.film.aliases) == (name, aliases)


@pytest.mark.parametrize(
    "given",
    [
        *("111 min", "1:51", "1:51:30", "1 h 51 min", "1h51m", "PT1H51M"),
        *("111.0", "111,0", "111.00", "111.0000", "111,0 min", "1 h 51.0 min"),
    ],
)
def test_minutes_are_read_in_every_usual_way(read, given):
    [reading], _ = read(f"title;runtime\nA;{given}\n".encode())

    assert reading.film.runtime_minutes == 111


@pytest.mark.parametrize("given", ["111.5", "111,05", "1.000", "1,000", ".0", "111.0:30"])
def test_minutes_that_are_not_whole_are_left_out(read, given):
    [reading], _ = read(f"title;runtime\nA;{given}\n".encode())

    assert reading.film.runtime_minutes is None
    assert f"runtime “{given}” means nothing: left out" in reading.notes


@pytest.mark.parametrize(
    ("given", "votes"),
    [
        *((one, 1204) for one in ("1204", "1,204", "1 204", "1204.0", "1204,0", "1,204.00")),
        *((one, 1000) for one in ("1,000", "1 000", "1,000.0", "1000,00")),
        *((one, 1204) for one in ("1.204", "1.204,00", "1.204.0")),
        *(("1,00,000", 100_000), ("1.204.000", 1_204_000)),
        *((one, None) for one in ("1204.5", "1.000", "1204.000", ".0", "-1.0", "1204.0.0")),
        *((one, None) for one in ("1204,05", "1,2", "12,04", "1,204,5", "1204 05", "1,,204")),
        *((one, None) for one in ("0.500", "1.20", "1.204.5", "1204.567")),
    ],
)
def test_votes_are_counted_as_spreadsheets_write_them(read, given, votes):
    [reading], _ = read(f"title;score;votes\nA;7;{given}\n".encode())

    assert [one["count"] for one in reading.film.ratings] == ([votes] if votes else [])
    assert (f"votes “{given}” means nothing: left out" in reading.notes) == (votes is None)


@pytest.mark.parametrize(
    ("row", "releases", "note"),
    [
        ("Germany,16,theatrical", [("DE", "theatrical")], None),
        ("gbr,PG,Digital", [("GB", "digital")], None),
        ("Narnia,16,digital", [], "territory “Narnia” is no country: its release and certificate"),
        ("US,R,blah", [], "release_kind “blah” is none of theatrical, limited"),
    ],
)
def test_a_country_is_found_or_nothing_is_said_of_one(read, row, releases, note):
    header = "title,released_on,territory,certificate,release_kind\n"

    [reading], _ = read(f"{header}A,1995-10-27,{row}\n".encode())

    assert [(one["territory"], one["kind"]) for one in reading.film.releases] == releases
    assert len(reading.film.certificates) == (0 if "Narnia" in row else 1)
    assert note is None or any(one.startswith(note) for one in reading.notes)


def test_a_day_in_another_form_refuses_no_film(read):
    [reading], _ = read(b"title,released_on\nA,27/10/1995\n")

    assert (reading.film.year, reading.film.releases) == (None, ())
    assert "released_on “27/10/1995” means nothing: left out" in reading.notes


@pytest.mark.parametrize("day", ["27.10.1995", "27. 10. 1995"])
def test_a_day_is_taken_as_most_of_europe_writes_it(read, day):
    readings, _ = read(f"title;released_on\nA;{day}\nB;31.2.1995\n".encode())

    films = [one.film for one in readings]
    assert [film.year for film in films] == [1995, None]
    assert [one["on"] for film in films for one in film.releases] == [date(1995, 10, 27)]
    assert "released_on “31.2.1995” means nothing: left out" in readings[1].notes
