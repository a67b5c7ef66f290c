"""``matinee catalog``: what an operator types and reads."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from catalog import titles
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
    assert titles.listed(db).total == 0


def test_an_import_in_which_nothing_can_be_used_fails(call):
    result = call([{"title": ""}])

    assert result.exit_code == 1
    assert "line 1: no title given: refused" in result.output


def test_a_file_that_is_no_list_of_films_fails_with_one_sentence(call):
    result = call({"title": "Airplane!"})

    assert result.exit_code == 1
    assert isinstance(result.exception, DomainError)
    assert result.exception.sentence.endswith("Nothing was imported.")


def test_similar_films_can_be_found_anew(call, db):
    call([FILMS[0], {**FILMS[0], "title": "Airplane II", "year": 1982}])

    result = CliRunner().invoke(catalog, ["similar"])

    assert result.output == "2 pairs of similar films are stored.\n"
