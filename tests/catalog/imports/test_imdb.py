"""IMDb's files are joined as they are read, and people get their names."""

from __future__ import annotations

import gzip
import secrets
from decimal import Decimal

import pytest
from click.testing import CliRunner

from catalog import titles
from catalog.imports import formats, imdb_files
from catalog.imports.formats import Wishes
from catalog.imports.unreadable import Unreadable
from catalog.records import Player
from commands.catalog import catalog
from tests import imported
from tests.factories import NOW

USUAL = Wishes()

BASICS = """\
tconst titleType primaryTitle originalTitle isAdult startYear endYear runtimeMinutes genres
tt01 movie First First 0 1901 \\N 61 Drama,Romance
tt02 tvSeries Series Series 0 1990 \\N 30 Comedy
tt03 tvMovie Second Zweiter 0 1902 \\N \\N \\N
tt04 movie Blue Blue 1 1999 \\N 80 Adult
"""
FILES = {
    "title.basics": BASICS,
    "title.akas": """\
titleId ordering title region
tt01 1 First XX
tt01 2 Primero ES
tt02 1 Serie DE
tt03 1 Deuxième FR
""",
    "title.ratings": "tconst averageRating numVotes\ntt01 7.5 1204\ntt02 5.0 9\n",
    "title.crew": "tconst directors writers\ntt01 nm03 \\N\ntt03 \\N \\N\n",
    "title.principals": """\
tconst ordering nconst category job characters
tt01 1 nm01 actor \\N ["Ben","Himself"]
tt01 2 nm02 actress \\N \\N
tt01 3 nm04 writer \\N \\N
tt03 1 nm09 actor \\N \\N
tt03 2 nm03 director \\N \\N
""",
    "name.basics": "nconst primaryName\nnm01 Ada\nnm02 Bob\nnm03 Cleo\nnm04 Dan\n",
}


def tabs(text):
    return "".join("\t".join(line.split()) + "\n" for line in text.splitlines())


@pytest.fixture
def folder(tmp_path):
    """IMDb's files, small, and packed as they come."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.tsv.gz").write_bytes(gzip.compress(tabs(text).encode()))
    return tmp_path


def taken(db, folder, wishes=USUAL):
    with formats.stream(folder, wishes) as stream:
        stream.prepare(db)
        return stream.complete(db, list(stream.readings)), stream.remarks


def test_films_are_joined_with_their_people_names_and_scores(db, folder):
    [first, second, blue], remarks = taken(db, folder)

    assert (first.line, first.film.key, first.film.name, first.film.year) == (
        2,
        "tt01",
        "First",
        1901,
    )
    assert first.film.aliases == ("Primero",)
    assert (first.film.runtime_minutes, first.film.genres) == (61, ("Drama", "Romance"))
    assert first.film.cast == (Player("Ada", "Ben"), Player("Bob"))
    assert first.film.directors == ("Cleo",)
    [rating] = first.film.ratings
    assert (rating["score"], rating["count"]) == (Decimal("7.5"), 1204)
    # and whoever has no name is left out; a series is passed over; an adult film is refused
    assert (second.film.name, second.film.original_name) == ("Second", "Zweiter")
    assert (second.film.cast, second.film.directors) == ((), ("Cleo",))
    assert (first.notes, second.notes) == ((), ("nm09 has no name in name.basics: left out",))
    assert blue.notes == ("marked as for adults only: refused",)
    assert remarks == []


def told_of_first(folder, **files):
    """Files that say this of ``tt01`` and nothing of the others."""
    for name, rows in files.items():
        header = FILES[file := name.replace("_", ".")].split("\n")[0].split()
        text = "".join("\t".join(row) + "\n" for row in [header, *rows])
        (folder / f"{file}.tsv.gz").write_bytes(gzip.compress(text.encode()))


def test_two_people_of_one_name_in_a_film_are_one_and_that_is_said(db, folder):
    names = FILES["name.basics"].replace("nm02 Bob", "nm02 ada")
    (folder / "name.basics.tsv.gz").write_bytes(gzip.compress(tabs(names).encode()))

    [first, *_], _ = taken(db, folder)

    assert first.film.cast == (Player("Ada", "Ben"),)
    assert first.notes == ("cast has several people called Ada: taken as one",)


def test_what_is_too_long_or_too_much_is_cut_and_that_is_said(db, folder):
    # given a film of long names and parts, and of more people and names than a film may have
    numbers = [f"nm{number:03}" for number in range(90)]
    told_of_first(
        folder,
        title_akas=[["tt01", "1", f"Name {number}", "XX"] for number in range(31)]
        + [["tt01", "1", "x" * 401, "XX"]],
        title_crew=[["tt01", ",".join(numbers[:31]), "\\N"]],
        title_principals=[
            ["tt01", "1", number, "actor", "\\N", f'["{"part " * 30}"]' if at == 0 else "\\N"]
            for at, number in enumerate(numbers[:61])
        ],
        name_basics=[
            [number, f"{number} " + "word " * 30 * (at < 2)] for at, number in enumerate(numbers)
        ],
    )

    [first, *_], _ = taken(db, folder)

    assert first.notes == (
        "title.akas has a name of more than 400 characters: left out",
        "title.akas has 31 names: the first 30 taken",
        "directors has 31 names: the first 30 taken",
        "cast has 61 names: the first 60 taken",
        "role of nm000 is longer than 120 characters: its beginning taken",
        "name “nm000 word word word word word” is longer than 120 characters: its beginning taken",
        "name “nm001 word word word word word” is longer than 120 characters: its beginning taken",
    )
    assert [len(one) for one in (first.film.aliases, first.film.directors, first.film.cast)] == [
        *(30, 30, 60),
    ]
    assert first.film.directors[0] == "nm000" + " word" * 22
    assert first.film.cast[0] == Player("nm000" + " word" * 22, "part" + " part" * 23)


def test_of_endless_rows_of_one_title_the_first_are_taken_and_that_is_said(db, folder, monkeypatch):
    monkeypatch.setattr(imdb_files, "MOST_ROWS", 2)
    told_of_first(folder, title_akas=[["tt01", "1", f"Name {at}", "XX"] for at in range(9)])

    [first, second, _], _ = taken(db, folder)

    assert first.film.aliases == ("Name 0", "Name 1")
    assert first.notes[0] == "title.akas has more than 2 rows of it: the first 2 taken"
    assert second.film.name == "Second"


def test_what_means_nothing_is_told_and_left_out(db, folder):
    told_of_first(
        folder,
        title_akas=[["tt01", "1", "Primero", "ES"], ["tt01", "2", "Pri", "XX", "mero"]],
        title_ratings=[["tt01", "7.5", "\\N"]],
        title_principals=[["tt01", "1", "nm01", "actor", "\\N", "[Ben"]],
        title_basics=[
            *(["tt01", "movie", "First", "First", "0", "1901", "\\N", "61", f"{'x' * 41},Drama"],),
            *(["tt02", "movie", "Sec", "ond", "Second", "0", "1901", "\\N", "61", "Drama"],),
        ],
    )

    [first, second], _ = taken(db, folder)

    assert first.notes == (
        "title.akas has a row that cannot be read: left out",
        "genres has a name of more than 40 characters: left out",
        "characters “[Ben” means nothing: left out",
        "a score without votes: left out",
    )
    assert (first.film.aliases, first.film.genres) == (("Primero",), ("Drama",))
    assert (first.film.cast, first.film.ratings) == ((Player("Ada"),), ())
    assert second.notes == ("more cells than the header has: refused",)


@pytest.mark.parametrize("rating", ["nan 1204", "7.5 99999999999", "7.5 -5", "11 9", "\\N 9"])
def test_a_score_that_means_nothing_is_told_and_left_out(db, folder, rating):
    text = tabs(f"tconst averageRating numVotes\ntt01 {rating}\ntt03 6.5 7\n")
    (folder / "title.ratings.tsv.gz").write_bytes(gzip.compress(text.encode()))

    [first, second, _], _ = taken(db, folder)

    assert first.film.ratings == ()
    [note] = first.notes
    assert note.startswith("averageRating “") and note.endswith("means nothing: left out")
    assert [one["count"] for one in second.film.ratings] == [7]


def test_of_what_imdb_says_nothing_nothing_is_taken(db, folder):
    row = ["tt01", "movie", *["\\N"] * 7]
    named = ["tt02", "movie", "Named", *["\\N"] * 6]
    told_of_first(folder, title_basics=[row, named], title_ratings=[["tt02", "\\N", "\\N"]])

    [first, second], _ = taken(db, folder)

    assert (first.film, first.notes) == (None, ("no title given: refused",))
    assert second.film is not None
    assert second.notes == ("no year given: taken without year",)


def test_other_kinds_are_taken_where_they_are_wished_for(db, folder):
    readings, _ = taken(db, folder, Wishes(kinds=("movie",)))

    assert [one.title for one in readings] == ["First", "Blue"]


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_film_of_a_kind_that_is_not_wished_for_any_more_is_not_missing(db, folder, dry):
    # given films of two kinds, of which the file lacks one the next time
    (folder / "name.basics.tsv.gz").unlink()
    command = ["import", str(folder)]
    CliRunner().invoke(catalog, [*command, "--kinds", "movie,tvMovie,short"])
    told = BASICS.replace("tvSeries", "short").replace("tt01", "tt00")
    (folder / "title.basics.tsv.gz").write_bytes(gzip.compress(tabs(told).encode()))

    # when it is imported with one kind, and what it lacks is to go
    said = CliRunner().invoke(catalog, [*command, "--kinds", "movie", "--withdraw-missing", *dry])

    # then only that film goes
    assert "1 film that the file lacks is withdrawn.\nwithdrawn: First\n" in said.output


def test_the_list_of_titles_alone_is_enough(db, folder):
    for name in set(FILES) - {"title.basics"}:
        (folder / f"{name}.tsv.gz").unlink()

    [first, *_], remarks = taken(db, folder)

    assert (first.film.name, first.film.cast) == ("First", ())
    assert remarks == ["no name.basics.tsv.gz beside it: taken without people"]


def test_a_file_that_is_not_sorted_is_refused_where_it_goes_wrong(db, folder):
    (folder / "title.basics.tsv.gz").unlink()
    lines = BASICS.splitlines()
    (folder / "title.basics.tsv").write_text(tabs("\n".join([lines[0], lines[3], lines[1]])))

    with pytest.raises(Unreadable) as refused:
        taken(db, folder)

    assert refused.value.sentence.startswith(
        "Line 3 of title.basics.tsv: tt01 stands behind tt03. Sort the file"
    )


def test_a_folder_without_titles_is_refused(tmp_path):
    with pytest.raises(Unreadable) as refused:
        formats.kind_of(tmp_path)

    assert "is a folder without IMDb's title.basics.tsv.gz" in refused.value.sentence


def test_a_title_is_taken_without_what_deceives_the_eye(db, folder):
    titles_told = BASICS.replace("First First", "First\u202e\u3164 First\u200b")
    (folder / "title.basics.tsv.gz").write_bytes(gzip.compress(tabs(titles_told).encode()))

    [first, *_], _ = taken(db, folder)

    assert (first.title, first.film.name, first.film.original_name) == ("First", "First", None)


def test_an_id_with_a_broken_byte_is_refused_alone_and_the_others_keep_what_is_told_of_them(
    db, folder
):
    # given a broken byte in the id of a title, of its score and of somebody in a cast
    title = b"\tmovie\tX\tX\t0\t1990\t\\N\t90\tDrama\n"
    for name, more in {
        "title.basics": b"tt\xff3" + title + title + b"t\x00t3" + title,
        "title.ratings": b"tt\xff3\t7.5\t12\n",
        "title.principals": b"tt01\t0\tnm\xff1\tactor\t\\N\t\\N\n",
        "name.basics": b"nm\xff1\tEve\n",
    }.items():
        header, *lines = tabs(FILES[name]).encode().splitlines(keepends=True)
        told = b"".join([header, more, *lines])
        (folder / f"{name}.tsv.gz").write_bytes(gzip.compress(told))

    # when it is imported
    said = [str(entry) for entry in imported.bring(db, folder, now=NOW)]

    # then those records are refused, and the others come whole
    assert said[:4] == [
        "line 2: X: not UTF-8 text: refused",
        "line 3: X: no id that can be read: refused",
        "line 4: X: no id that can be read: refused",
        "line 5: First: title.principals has a row that cannot be read: left out",
    ]
    first = titles.by_slug(db, "first", whole=True)
    assert [one.count for one in first.ratings] == [1204]
    assert [one.person.name for one in first.credits if one.job == "cast"] == ["Ada", "Bob"]


def test_an_endless_id_is_refused_alone_and_its_name_is_nobodys(db, folder):
    # given ids of 8,000 letters for a title and for somebody in a cast
    endless = secrets.token_hex(4_000)  # as long when it is packed
    for name, more in {
        "title.basics": f"tt{endless} movie X X 0 1990 \\N 90 Drama\n",
        "title.principals": f"tt01 3 nm{endless} actor \\N \\N\n",
        "name.basics": f"nm{endless} Eve\n",
    }.items():
        header, *lines = tabs(FILES[name]).splitlines(keepends=True)
        told = "".join([header, tabs(more), *lines])
        (folder / f"{name}.tsv.gz").write_bytes(gzip.compress(told.encode()))

    said = [str(entry) for entry in imported.bring(db, folder, now=NOW)]

    assert said[:2] == [
        "line 2: X: no id that can be read: refused",
        "line 3: First: cast has a name of more than 120 characters: left out",
    ]
    first = titles.by_slug(db, "first", whole=True)
    assert [one.person.name for one in first.credits if one.job == "cast"] == ["Ada", "Bob"]
