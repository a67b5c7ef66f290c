"""A table of films is understood by its headers, and says of every row what became of it."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal

import pytest

from catalog.imports.formats import Wishes
from catalog.imports.unreadable import Unreadable
from catalog.records import Film, Player
from tests.catalog.imports.tables import read

__all__ = ["read"]


def test_every_fact_of_a_row_is_taken(read):
    [reading], remarks = read(
        "Film;Original Title;Year;Running time;Genres;Starring;Directed by;Overview;Age rating;"
        "Territory;Release date;Rating;Votes;AKA;Languages;IMDb ID;Status;Shelf\n"
        "Leaving Las Vegas;;1995;1 h 51 min;Drama | Romance;Nicolas Cage as Ben | Elisabeth Shue;"
        "Mike Figgis;A writer goes to Las Vegas.;R;US;1995-10-27;7.5;1,204;Adieu Las Vegas;en;"
        "tt0113627;published;B4\n"
    )

    digest = reading.film.digest
    assert remarks == ["columns left out: Shelf"]
    assert reading.notes == ()
    assert reading.film == Film(
        source="import",
        key="tt0113627",
        digest=digest,
        name="Leaving Las Vegas",
        year=1995,
        runtime_minutes=111,
        genres=("Drama", "Romance"),
        cast=(Player("Nicolas Cage", "Ben"), Player("Elisabeth Shue")),
        directors=("Mike Figgis",),
        synopsis="A writer goes to Las Vegas.",
        certificates=({"system": "MPA", "territory": "US", "label": "R"},),
        releases=({"territory": "US", "kind": "theatrical", "on": date(1995, 10, 27)},),
        ratings=({"source": "import", "score": Decimal("7.5"), "scale": 10, "count": 1204},),
        aliases=("Adieu Las Vegas",),
        languages=("en",),
        status="published",
        imdb_id="tt0113627",
    )


def test_headers_are_known_in_one_word_with_capitals_too(read):
    [reading], remarks = read(
        "imdbID,primaryTitle,originalTitle,startYear,runtimeMinutes,averageRating,numVotes,RunTime"
        "\ntt1,A,Á,1999,90,7.1,100,x\n"
    )

    film = reading.film
    assert (film.key, film.name, film.original_name, film.year) == ("tt1", "A", "Á", 1999)
    assert (film.runtime_minutes, [one["count"] for one in film.ratings]) == (90, [100])
    assert remarks == ["columns left out: RunTime"]


def test_a_file_of_imdbs_alone_is_refused_unless_its_title_is_named(read):
    episodes = "tconst\ttitleType\tprimaryTitle\ntt1\ttvEpisode\tPart one\n"

    with pytest.raises(Unreadable, match="Give the folder in which it lies"):
        read(episodes)
    [reading], _ = read(episodes, Wishes(columns={"primaryTitle": "title"}))
    assert reading.title == "Part one"


def test_a_column_of_any_name_is_mapped_by_hand(read):
    wishes = Wishes(source="archive", columns={"Werktitel": "title", "Jahr": "year"})

    [reading], _ = read("Nr,Werktitel,Jahr\n7,Das Boot,1981\n", wishes)

    assert (reading.film.name, reading.film.year) == ("Das Boot", 1981)
    assert reading.film.source == "archive"
    assert reading.film.key.startswith("title|das boot|1981|")


@pytest.mark.parametrize(
    ("content", "columns", "sentence"),
    [
        ("Nr,Jahr\n", {}, "No column is the title. The file has: Nr, Jahr."),
        (
            *("Year,,Werk\n", {}),
            "No column is the title. The file has: Year, , Werk. Name one with --map “Werk=title”.",
        ),
        ("", {}, "The file is empty, or its first line is,"),
        ("\n\n", {}, "The file is empty, or its first line is,"),
        ("Title\n", {"Jahr": "year"}, "The file has no column “Jahr”. It has: Title."),
        ("Title\n", {"Title": "plot twist"}, "“plot twist” is no fact of a film. There are: id,"),
        ("Title\n" + "x" * 1_000_001, {}, "Line 2 of films.csv is longer than 1 MB."),
    ],
)
def test_a_table_that_cannot_be_understood_says_what_to_do(read, content, columns, sentence):
    with pytest.raises(Unreadable) as refused:
        read(content, Wishes(columns=columns))

    assert refused.value.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (b",1995,,,", "no title given: refused"),
        (b"A,95,,,", "year “95” is not between 1870 and 2100: refused"),
        (b"A,1995,,,,,x", "more cells than the header has: refused"),
        (b"\xff\xfe,1995,,,", "not UTF-8 text: refused"),
        (b"x" * 401 + b",1995,,,", "title is longer than 400 characters: refused"),
        (b"A,1995,long,,", "runtime “long” means nothing: left out"),
        (b"A,1995,,11,5", "score “11” means nothing: left out"),
        (b"A,1995,,5,", "a score without votes: left out"),
        (b"A,1995,,,5", "votes without a score: left out"),
        (b"A,1995,,Infinity,5", "score “Infinity” means nothing: left out"),
        (b"A,1995,,5,99999999999", "votes “99999999999” means nothing: left out"),
        (b"A,1995,,5,-5", "votes “-5” means nothing: left out"),
        (b"A,1995,-90,5,5", "runtime “-90” means nothing: left out"),
        (b"A,0199500000000,,,", "year “0199500000000” is not between 1870 and 2100: refused"),
        (b"A,,,,", "no year given: taken without year"),
    ],
)
def test_what_is_odd_about_a_row_is_said(read, row, note):
    [reading], _ = read(b"title,year,runtime,score,votes\n" + row + b"\n")

    assert note in reading.notes
    assert (reading.film is None) == note.endswith("refused")


def test_every_column_that_means_nothing_is_named(read):
    columns = [f"Column {number}" for number in range(60)]

    _, remarks = read(f"title,{','.join(columns)}\nA\n")

    assert remarks == [f"columns left out: {', '.join(columns)}"]


def test_a_row_is_named_by_the_line_on_which_it_starts(read):
    # given a text of two lines inside a cell, and an empty line
    readings, _ = read('title,overview\nA,"one\ntwo"\n\nB,three\n')

    assert [(one.line, one.title) for one in readings] == [(2, "A"), (5, "B")]


def test_a_table_packed_by_gzip_is_read_as_it_is_and_a_broken_one_is_refused(read):
    packed = gzip.compress(b"title\nA\n" + b"B\n" * 10_000)

    readings, _ = read(packed, name="films.csv.gz")
    assert len(readings) == 10_001

    with pytest.raises(Unreadable) as refused:
        read(packed[:-20], name="films.csv.gz")
    assert refused.value.sentence.startswith("films.csv.gz is not whole")


@pytest.mark.parametrize("order", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_that_excel_saved_as_unicode_text_is_read_as_it_is(read, order):
    mark = "" if order == "utf-16" else "\ufeff"
    table = f"{mark}title\tyear\r\nŌkami\t1980\r\nŁódź\t1990\r\n映画 🎬\t1991\r\n".encode(order)

    for content in (table, gzip.compress(table)):
        readings, _ = read(content)
        assert [(one.title, one.film.year) for one in readings] == [
            *(("Ōkami", 1980), ("Łódź", 1990), ("映画 🎬", 1991)),
        ]


def test_unicode_text_that_is_damaged_is_refused_where_it_is(read):
    good, lone = "title\nOne\n".encode("utf-16"), b"B\x00\x00\xd8\n\x00"

    [one, refused], _ = read(good + lone)
    assert (one.title, refused.notes) == ("One", ("not UTF-8 text: refused",))
    with pytest.raises(Unreadable, match=r"films.csv is not whole: it ends within a letter\."):
        read(good + b"B")


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_line(read):
    with pytest.raises(Unreadable) as wrong:
        read(b'title\tyear\nGood\t1989\n"Weird\t1990\nSecond\t1991\n')

    assert wrong.value.why.startswith("A quotation mark that opens on line 3 of ")


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_last_cell_in_quotation_marks_is_read(read, end):
    readings, _ = read(b'year,title\n1990,"Two\nlines"' + end)

    assert [one.title for one in readings] == ["Two lines"]


def test_our_own_names_of_facts_are_known_as_headers(read):
    [reading], remarks = read(b"title,synopsis,synopsis_long\nA,Short.,Long.\n")

    assert (reading.film.synopsis_long, remarks) == ("Long.", [])


@pytest.mark.parametrize(
    ("before", "delimiter"),
    [("sep=;\n", ";"), ('"sep=\t"\r\n', "\t"), ("\n \r\n;;\n", ";"), ("SEP=^\n\n", "^"), ("", ",")],
)
def test_what_excel_writes_around_a_table_means_nothing(read, before, delimiter):
    rows = ("Title,Year,", "A,1990,,", "B,1991", "C,1992,, ,x")
    table = "\n".join(rows).replace(",", delimiter)

    readings, remarks = read(before + table)

    line = before.count("\n") + 2
    assert [(one.line, one.title) for one in readings] == [
        *((line, "A"), (line + 1, "B"), (line + 2, "")),
    ]
    assert [one.film and one.film.year for one in readings] == [1990, 1991, None]
    assert readings[2].notes == ("more cells than the header has: refused",)
    assert remarks == []


def test_what_nobody_can_see_is_no_title(read):
    readings, _ = read("title\n\u200b\n\u202eA\n".encode())

    assert [one.film and one.film.name for one in readings] == [None, "A"]
