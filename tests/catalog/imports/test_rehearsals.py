"""A dry run says what the import would do, batch by batch, and nobody waits for it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from accounts.models import Member
from catalog import importing, listings, reviews, storing, titles
from commands import catalog_import
from commands.catalog import catalog
from core import db as core_db
from tests import factories

HEADER = "id,title,year,cast,runtime,aliases,status\n"
TABLE = (
    "1,Alien,1979,,,,\n"
    "2,Gone,1980,Ann,,,\n"
    "1,Alien,1979,,117,,\n"  # the same id, once more
    "1,Alien,1979,,117,,\n"  # and once more, unchanged
    ",Alien,1979,Bob,,,\n"  # the same name and year, without id
    ",Zwei,1990,Ann,,Two,\n"
    ",Two,1990,Ann,90,,\n"  # by another name of it
    ",Two,1990,Cleo,90,,\n"  # another film
    "3,Alien,1979,,,,\n"  # another id
    "2,Gone,1980,Ann,,,withdrawn\n"
    "2,Gone,1980,Ann,99,,\n"
    ",,1990,,,,\n"
    "4,Undated,,,,,\n"
)
LIST = [
    {"title": "A", "year": 1980, "cast": ["Ann"]},
    {"title": "B", "year": 1980, "cast": []},
    {"title": "A", "year": 1980, "cast": [], "href": "A_(film)"},
    {"title": "A", "year": 1980, "cast": [], "href": "A_(film)"},
    {"title": "B", "year": 1980, "cast": ["Bob"], "extract": "Of a bee."},
    {"title": "A", "year": 1980, "cast": ["Ann"], "genres": ["Drama"]},
]


@pytest.fixture
def say(db, tmp_path, monkeypatch):
    """Import a file, two records at once; the answer is its report, and what is printed."""
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    report = tmp_path / "report.txt"

    def say(name, content, *options):
        path = tmp_path / name
        path.write_text(content)
        command = ["import", str(path), "--report", str(report), *options]
        said = CliRunner().invoke(catalog, command).output.splitlines()
        return report.read_text().splitlines(), said

    return say


@pytest.mark.parametrize(
    ("name", "content"), [("films.csv", HEADER + TABLE), ("films.json", json.dumps(LIST))]
)
def test_a_dry_run_says_word_for_word_what_the_import_says_then(say, db, name, content):
    factories.title(db, name="Gone", year=1980)

    dry, _ = say(name, content, "--dry-run")
    assert listings.listed(db).total == 1
    real, _ = say(name, content)

    assert dry == real
    assert any("same film as an earlier record: " in line for line in dry)


def test_a_dry_run_says_which_films_would_be_withdrawn_and_withdraws_none(say, db):
    # given films of which one is told without id, and later with a longer cast
    say("films.csv", HEADER + "1,Alien,1979,,,,\n2,Gone,1980,,,,\n,Two,1990,Ann,,,\n")
    newer = HEADER + ",Two,1990,Ann; Bob,,,\n3,C,1990,,,,\n1,Alien,n/a,,,,\n"

    _, dry = say("films.csv", newer, "--dry-run", "--withdraw-missing")
    assert titles.by_slug(db, "gone").status == "published"
    _, real = say("films.csv", newer, "--withdraw-missing")

    assert [line for line in dry if "withdrawn" in line] == [
        *("1 film that the file lacks is withdrawn.", "withdrawn: Gone"),
    ]
    assert dry[:-1] == real[: len(dry) - 1]


def test_nobody_waits_for_a_dry_run(fresh_database, tmp_path, monkeypatch):
    # given a film of a file, and a member
    path, batches = tmp_path / "films.csv", []
    path.write_text(HEADER + "1,Alien,1979,,,,\n")
    CliRunner().invoke(catalog, ["import", str(path)])
    with core_db.transaction() as db:
        member = factories.member(db).id

    # when everybody else works while the batches of a dry run go by
    def meanwhile(entries):
        with core_db.transaction() as db:
            db.execute(text("set local lock_timeout = '2s'"))
            storing.alone(db)
            db.execute(text("update title_source set digest = digest"))
            db.execute(text("update title set synopsis = 'Ours.'"))
            film, ada = titles.by_slug(db, "alien"), db.get_one(Member, member)
            words = {"name": "Ada", "score": 8, "text": f"Seen {len(batches)} times."}
            reviews.write(db, film.id, ada, **words, spoiler=False, on=date(2026, 11, 1))
        batches.append(len(entries))

    monkeypatch.setattr(catalog_import.Account, "hear", lambda _, entries: meanwhile(entries))
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    path.write_text(HEADER + TABLE)
    result = CliRunner().invoke(catalog, ["import", str(path), "--dry-run"])

    # then nobody waits
    assert (result.exception, batches) == (None, [2, 2, 2, 2, 2, 2, 1])
