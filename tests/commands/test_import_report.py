"""The report of an import that was broken off goes on where it was, and no other file does."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from catalog import importing, listings
from catalog.imports import batches
from catalog.imports.models import ImportRun
from commands.catalog import catalog

LATE = (
    "The first {} records of films.csv are not in this report, because they were stored before it "
    "began: {} taken, 0 merged, 0 unchanged, 0 refused."
)


@pytest.fixture
def bring(db, tmp_path, monkeypatch):
    """Import a table of 5 films, one at once, until ``until`` are stored; the answer is what is
    printed."""
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    path = tmp_path / "films.csv"
    path.write_text("title\nA\nB\nC\nD\nE\n")
    stored = batches.store

    def bring(report=None, until=5):
        def store(session, run_id, readings, **over):
            if session.get_one(ImportRun, run_id).records == until:
                raise KeyboardInterrupt
            return stored(session, run_id, readings, **over)

        monkeypatch.setattr(batches, "store", store)
        options = ["--report", str(report)] if report else []
        return CliRunner().invoke(catalog, ["import", str(path), *options]).output

    return bring


def test_a_file_that_is_not_the_report_of_this_import_is_left_as_it_is(bring, db, tmp_path):
    # given an import that was broken off, and the report of another one, as long
    report, other = tmp_path / "report.txt", tmp_path / "other.txt"
    bring(report, until=2)
    text = report.read_text().replace("A", "Z") + "line 4: Y: taken\n"
    other.write_text(text)

    # when it goes on with that one, then nothing is done
    said = bring(other)
    assert f"{other} is not the report of this import, some of whose records are stored" in said
    assert (other.read_text(), listings.listed(db).total) == (text, 2)

    # and with its own, it does
    assert "5 taken" in bring(report)
    assert [line[:9] for line in report.read_text().splitlines()] == [
        f"line {n}: {name}" for n, name in enumerate("ABCDE", start=2)
    ]


@pytest.mark.parametrize("first", [None, "lost.txt"])
def test_a_report_that_begins_late_says_which_records_it_lacks(bring, tmp_path, first):
    # given an import that was broken off, without a report or with one that is lost
    report, lost = tmp_path / "report.txt", first and tmp_path / first
    bring(lost, until=2)
    if lost:
        lost.unlink()

    # when it goes on with a new one, is broken off twice more, and ends
    said = bring(report, until=2)
    bring(report, until=4)
    bring(report)

    # then that one says so, and has each of the other records once
    late, *lines = report.read_text().splitlines()
    assert late == LATE.format(2, 2)
    assert late in said
    assert [line[:9] for line in lines] == ["line 4: C", "line 5: D", "line 6: E"]


def test_a_report_that_lacks_a_part_does_not_go_on_as_if_it_had_it(bring, tmp_path):
    report = tmp_path / "report.txt"
    bring(report, until=1)
    bring(until=3)

    assert "is not the report of this import" in bring(report)
    assert len(report.read_text().splitlines()) == 1
    assert "5 taken" in bring(tmp_path / "new.txt")
    assert (tmp_path / "new.txt").read_text().splitlines()[0] == LATE.format(3, 3)


def test_a_new_report_takes_the_place_of_an_older_one_and_of_no_other_file(bring, tmp_path):
    films = tmp_path / "more.csv"
    films.write_text("title\nF\n")
    refused = bring(films)
    kept = films.read_text()
    report = tmp_path / "report.txt"
    report.write_text("line 2: Z: taken\n")
    bring(report)

    assert f"{films} is there already, and no report of an import. Nothing was done." in refused
    assert kept == "title\nF\n"
    assert report.read_text().splitlines()[:2] == [
        "line 2: A: no year given: taken without year",
        "line 3: B: no year given: taken without year",
    ]
