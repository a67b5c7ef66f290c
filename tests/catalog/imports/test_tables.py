"""A table of films is understood by its headers, and says of every row what became of it."""

from __future__ import annotations

import gzip
import json
from datetime import date
from decimal import Decimal

import pytest

from catalog.imports import formats
from catalog.imports.formats import Wishes
from catalog.imports.unreadable import Unreadable
from catalog.records import Film, Player

USUAL = Wishes()


@pytest.fixture
def read(tmp_path):
    """The readings of a file with this content, and what is said of the file as a whole."""

    def read(content, wishes=USUAL, name="films.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with formats.stream(path, wishes) as stream:
            return list(stream.readings), stream.remarks

    return read


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


def test_every_column_that_means_nothing_is_named(read):
    columns = [f"Column {number}" for number in range(60)]

    _, remarks = read(f"title,{','.join(columns)}\nA\n")

    assert remarks == [f"columns left out: {', '.join(columns)}"]


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
        ("Affair, An (Affäre, Die) (1999)\tN/A\t", "An Affair (Affäre, Die)", 1999),
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
