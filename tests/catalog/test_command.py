"""``matinee catalog``: what an operator types and reads."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from catalog import listings, titles
from catalog.imports import batches
from catalog.imports.models import ImportRun
from commands import catalog_import
from commands.catalog import catalog
from core.errors import DomainError

FILMS = [
    {"title": "Airplane!", "year": 1980, "cast": ["Robert Hays"], "genres": ["Comedy"]},
    {"title": "Alligator", "year": "1980", "cast": [], "genres": []},
]


@pytest.fixture
def call(db, tmp_path):
    """Import ``films`` by the command, with options."""

    def call(films, *options):
        path = tmp_path / "films.json"
        path.write_text(json.dumps(films))
        return CliRunner().invoke(catalog, ["import", str(path), *options])

    return call


def test_an_import_says_what_became_of_every_record(call, db, tmp_path):
    report = tmp_path / "report.txt"

    result = call(FILMS, "--report", str(report))

    assert result.exit_code == 0
    assert "1 taken, 0 merged, 0 unchanged, 1 refused, 2 in the file" in result.output
    assert report.read_text().splitlines() == [
        "line 1: Airplane!: no extract given: taken without synopsis",
        "line 1: Alligator: year is not a number: refused",
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


def test_similar_films_can_be_found_anew(call, db):
    call([FILMS[0], {**FILMS[0], "title": "Airplane II", "year": 1982}])

    result = CliRunner().invoke(catalog, ["similar"])

    assert result.output == "2 pairs of similar films are stored.\n"


TABLE = "Titel,Jahr,Regie\n" + "".join(f"Film {n},19{n % 100:02},Di {n}\n" for n in range(25))
MAPPED = ("--map", "Titel=title", "--map", "Jahr=year", "--map", "Regie=directors")


@pytest.fixture
def table(db, tmp_path, monkeypatch):
    """Import a table of 25 films, ten at once, by the command, with options."""
    monkeypatch.setattr(catalog_import, "AT_ONCE", 10)
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
    assert "5 taken, 0 merged, 0 unchanged, 0 refused, 5 in the file" in again.output
    assert len(report.read_text().splitlines()) == 25
    assert listings.listed(db).total == 25
    assert "25 unchanged" in table().output


def test_a_dry_run_of_a_table_changes_nothing_and_is_not_taken_up_again(table, db):
    said = table("--dry-run")

    assert "25 taken" in said.output and "Nothing was changed." in said.output
    assert listings.listed(db).total == 0
    assert "25 taken" in table().output
