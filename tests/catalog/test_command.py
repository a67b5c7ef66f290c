"""``matinee catalog``: what an operator types and reads."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select

from catalog import importing, listings, search, similar_finding, tiers, titles
from catalog.imports import batches
from catalog.imports.models import ImportRun
from catalog.imports.unreadable import Unreadable
from catalog.models import TitleSource
from commands.catalog import catalog
from core.errors import DomainError

FILMS = [
    {"title": "Airplane!", "year": 1980, "cast": ["Robert Hays"], "genres": ["Comedy"]},
    {"title": "Alligator", "year": "about 1980", "cast": [], "genres": []},
]


@pytest.fixture
def call(db, tmp_path):
    """Import ``films`` by the command, with options."""

    def call(films, *options, name="films.json"):
        path = tmp_path / name
        content = json.dumps(films).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return CliRunner().invoke(catalog, ["import", str(path), *options])

    return call


def test_an_import_says_what_became_of_every_record(call, db, tmp_path):
    report = tmp_path / "report.txt"

    result = call(FILMS, "--report", str(report))

    assert result.exit_code == 0
    assert "1 taken, 0 merged, 0 unchanged, 1 refused, 2 in the file" in result.output
    assert report.read_text().splitlines() == [
        "line 1: Airplane!: no extract given: taken without synopsis",
        "line 1, record 2: Alligator: year is not a number: refused",
    ]
    assert titles.by_slug(db, "airplane").year == 1980


def test_a_dry_run_changes_nothing(call, db):
    result = call(FILMS, "--dry-run")

    assert "1 taken" in result.output
    assert "Nothing was changed." in result.output
    assert listings.listed(db).total == 0


def test_an_import_in_which_nothing_can_be_used_fails(call):
    result = call([{"title": ""}])

    assert result.exit_code == 1
    assert "line 1: no title given: refused" in result.output


def test_a_file_that_is_no_list_of_films_fails_with_one_sentence(call):
    result = call("Airplane!")

    assert result.exit_code == 1
    assert isinstance(result.exception, DomainError)
    assert result.exception.sentence.endswith("Nothing was imported.")


def test_a_list_packed_by_gzip_is_taken_as_it_is(call, db):
    assert "1 taken, 0 merged, 0 unchanged, 1 refused" in call(FILMS, name="films.json.gz").output
    assert "1 taken" in call([{"id": 7, "title": "A", "overview": ""}], name="tmdb.json.gz").output
    assert listings.listed(db).total == 2


def test_a_long_list_on_one_line_comes_batch_by_batch(call, db, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    extract = "A film of which much is said. " * 350
    films = [{"title": f"Film {n}", "year": 1980, "extract": extract} for n in range(100)]
    assert len(json.dumps(films)) > 1_000_000

    said = call(films).output

    assert said.count("Reading the file") == 10
    assert "100 taken, 0 merged, 0 unchanged, 0 refused, 100 in the file" in said
    assert "100 unchanged" in call(films).output


def test_the_search_for_similar_films_tells_how_far_it_is(call, monkeypatch):
    monkeypatch.setattr(similar_finding, "AT_ONCE", 2)
    films = [{"title": f"Film {n}", "year": 1980, "genres": ["Drama"]} for n in range(3)]

    said = call(films).output.splitlines()

    assert said[-3:] == [
        "Looking for similar films: 2 of 3",
        "Looking for similar films: 3 of 3",
        "The similar films of 3 titles were looked for.",
    ]
    assert call(films).output.endswith("The similar films are up to date.\n")


REAL = ["Back to the Future", "The Thing", "Te", "Eh", "Tea", "Tel", "Ten", "Meh", "Tef"]


def test_a_slip_in_a_short_word_is_forgiven_as_soon_as_films_are_imported(call, db):
    call([{**FILMS[0], "title": title} for title in REAL])

    hits = search.found(db, "back to teh future").titles

    assert [hit.card.name for hit in hits] == ["Back to the Future"]


def test_words_are_counted_at_the_end_of_an_import_that_changed_something(call, db, monkeypatch):
    counted = []
    monkeypatch.setattr(tiers, "refresh", counted.append)

    call(FILMS, "--dry-run")
    call([{"title": ""}])
    assert counted == []
    call(FILMS)
    assert len(counted) == 1
    call(FILMS)
    assert len(counted) == 1
    call([{**FILMS[0], "genres": ["Spoof"]}], "--source", "archive")
    assert len(counted) == 2


def test_films_that_a_list_lacks_are_withdrawn_when_that_is_wished(call, db):
    # given a list of two films, and one of another source
    films = [{**FILMS[0], "title": title} for title in ("Airplane!", "Airplane II")]
    call(films)
    call([{**FILMS[0], "title": "Top Secret!"}], "--source", "archive")

    # when the list has one film less
    said = call(films[:1], "--withdraw-missing").output

    # then that one goes; and a list of which nothing can be taken withdraws nothing
    assert "1 film that the file lacks is withdrawn.\nwithdrawn: Airplane II" in said
    result = call([], "--withdraw-missing")
    assert (result.exit_code, "withdrawn" in result.output) == (1, False)
    assert [one.name for one in listings.listed(db).cards] == ["Airplane!", "Top Secret!"]


def test_where_nobody_can_tell_what_is_missing_the_films_are_stored_with_their_account(call, db):
    call([FILMS[0], {**FILMS[0], "title": "Airplane II"}])

    # when a list lacks a film, and has a record that names none
    for taken in (1, 0):
        result = call([FILMS[0], {**FILMS[0], "title": "Top Secret!"}, {}], "--withdraw-missing")

        # then its films are stored, the account is told, the import is over, and it fails at last
        account = f"{taken} taken, 0 merged, {2 - taken} unchanged, 1 refused, 3 in the file"
        assert account in result.output
        assert "imilar films" in result.output
        assert result.exception.sentence.startswith("Nothing is withdrawn: 1 records were refused")
    assert listings.listed(db).total == 3
    assert db.scalars(select(ImportRun).where(ImportRun.finished_at.is_(None))).all() == []


def test_a_source_is_called_as_is_wished_whatever_the_file(call, db):
    call(FILMS, "--source", "archive")
    call([{"id": 7, "title": "A", "overview": ""}], "--source", "archive of TMDB")

    sources = select(TitleSource.source, TitleSource.key).order_by(TitleSource.title_id)
    told = db.execute(sources).all()
    assert [(source, key[:14]) for source, key in told] == [
        ("archive", "title|airplane"),
        ("archive of TMDB", "7"),
    ]


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (
            ("--map", "Film=title"),
            "--map names the columns of a table, and films.json is none: its facts have names of "
            "their own. Leave --map out. Nothing was imported.",
        ),
        (
            ("--kinds", "movie"),
            "--kinds chooses among the titles of IMDb's folder, and films.json is none. Leave "
            "--kinds out. Nothing was imported.",
        ),
    ],
)
def test_what_means_nothing_for_a_list_is_refused_in_a_sentence(call, option, sentence):
    assert call(FILMS, *option).exception.sentence == sentence


def test_similar_films_can_be_found_anew(call, db):
    call([FILMS[0], {**FILMS[0], "title": "Airplane II", "year": 1982}])

    result = CliRunner().invoke(catalog, ["similar"])

    assert result.output == "2 pairs of similar films are stored.\n"


TABLE = "Titel,Jahr,Regie\n" + "".join(f"Film {n},19{n % 100:02},Di {n}\n" for n in range(25))
MAPPED = ("--map", "Titel=title", "--map", "Jahr=year", "--map", "Regie=directors")


@pytest.fixture
def table(db, tmp_path, monkeypatch):
    """Import a table of 25 films, ten at once, by the command, with options."""
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    path = tmp_path / "films.csv"
    path.write_text(TABLE)

    def call(*options):
        return CliRunner().invoke(catalog, ["import", str(path), *MAPPED, *options])

    return call


def test_a_long_table_goes_on_where_it_was_broken_off(table, db, tmp_path, monkeypatch):
    report = tmp_path / "report.txt"
    stored = batches.store

    # given an import whose machine fails after the second batch
    def fails(session, run_id, readings, **over):
        if session.get_one(ImportRun, run_id).records == 20:
            raise KeyboardInterrupt
        return stored(session, run_id, readings, **over)

    monkeypatch.setattr(batches, "store", fails)
    assert table("--report", str(report)).exit_code != 0
    monkeypatch.setattr(batches, "store", stored)

    # when the same command is given again
    again = table("--report", str(report))

    # then it goes on behind what is stored, and its report has every record once
    assert "Going on behind the first 20 records" in again.output
    assert "25 taken, 0 merged, 0 unchanged, 0 refused, 25 in the file" in again.output
    assert len(report.read_text().splitlines()) == 25
    assert listings.listed(db).total == 25
    assert "25 unchanged" in table().output


def test_what_was_told_and_not_stored_is_told_once_when_the_import_goes_on(
    table, db, tmp_path, monkeypatch
):
    report = tmp_path / "report.txt"
    stored = batches.store

    # given an import that is killed when the second batch is told and not committed
    def fails(session, run_id, readings, **over):
        entries = stored(session, run_id, readings, **over)
        if session.get_one(ImportRun, run_id).records == 20:
            event.listen(session, "before_commit", killed)
        return entries

    def killed(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(batches, "store", fails)
    assert table("--report", str(report)).exit_code != 0
    assert len(report.read_text().splitlines()) == 20
    monkeypatch.setattr(batches, "store", stored)

    # when the same command is given again
    again = table("--report", str(report))

    # then the report has every record once
    assert "Going on behind the first 10 records" in again.output
    lines = report.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == [f"line {n}" for n in range(2, 27)]


def test_a_file_that_is_cut_says_what_is_stored_and_the_whole_one_goes_on(
    db, tmp_path, monkeypatch
):
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    path = tmp_path / "films.csv.gz"
    texts = [hashlib.sha512(str(n).encode()).hexdigest() for n in range(300)]
    rows = "".join(f"Film {n},{n % 90 + 1900},{text}\n" for n, text in enumerate(texts))
    whole = gzip.compress(f"title,year,synopsis\n{rows}".encode())

    # given a file that was cut at three quarters
    path.write_bytes(whole[: len(whole) * 3 // 4])
    cut = CliRunner().invoke(catalog, ["import", str(path)])

    # then it says how many films are stored
    number = listings.listed(db).total
    assert 100 < number < 300
    assert cut.exception.sentence == (
        "films.csv.gz is not whole: what gzip packed ends early or is damaged. "
        f"{number:,} films of it are stored, the rest was not read. Give the command again with "
        "the whole file: it goes on, and what is stored is not doubled."
    )

    # and a dry run, which stores none, says so
    dry = CliRunner().invoke(catalog, ["import", str(path), "--dry-run"])
    assert dry.exception.sentence.endswith("or is damaged. Nothing was imported.")

    # when the whole file is given, then the rest is taken
    path.write_bytes(whole)
    again = CliRunner().invoke(catalog, ["import", str(path)])
    assert f"{300 - number} taken, 0 merged, {number:,} unchanged" in again.output


def test_a_dry_run_of_a_table_changes_nothing_and_is_not_taken_up_again(table, db):
    said = table("--dry-run")

    assert "25 taken" in said.output and "Nothing was changed." in said.output
    assert listings.listed(db).total == 0
    assert "25 taken" in table().output


def test_a_report_is_never_written_over_what_is_imported(table, tmp_path):
    film = tmp_path / "films.csv"

    refused = table("--report", str(film))
    nowhere = table("--report", str(tmp_path / "none" / "report.txt"))
    folder = table("--report", str(tmp_path))

    assert "is what is imported. Name another file for the report." in refused.output
    assert "cannot be written: No such file or directory." in nowhere.output
    assert "cannot be written: Is a directory." in folder.output
    assert [one.exit_code > 0 for one in (refused, nowhere, folder)] == [True] * 3
    assert film.read_text() == TABLE


@pytest.mark.parametrize(
    ("stored", "said"), [(1, "1 film of it is"), (1_204, "1,204 films of it are")]
)
def test_how_many_films_are_stored_of_a_damaged_file_is_said_of_one_and_of_many(stored, said):
    assert f"Cut. {said} stored, the rest was" in Unreadable("Cut.", stored=stored).sentence


def test_what_stands_before_the_damage_of_a_file_is_stored(call, db, tmp_path):
    path = tmp_path / "films.json"
    path.write_text(json.dumps(FILMS)[:-2])

    result = CliRunner().invoke(catalog, ["import", str(path)])

    assert "1 film of it is stored, the rest was not read." in result.exception.sentence
    assert titles.by_slug(db, "airplane").year == 1980


def test_a_record_of_any_list_may_withdraw_its_film(call, db):
    call(FILMS[:1])

    said = call([{**FILMS[0], "status": "withdrawn"}]).output

    assert "withdrawn, as the file says" in said
    assert listings.listed(db).total == 0
