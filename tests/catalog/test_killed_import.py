"""An import whose process is killed without warning goes on, and ends as if nothing had been."""

from __future__ import annotations

import os
import subprocess
import sys

from sqlalchemy import func, select

from catalog.imports.models import ImportRun
from catalog.models import Title, TitleSource
from commands.catalog_import import WAITS
from core import db as core_db

ROWS = 2_500
TABLE = "title,year,genres,cast\n" + "".join(
    f"Film {n},19{n % 100:02},Drama,Player {n % 50}\n" for n in range(ROWS)
)


def test_an_import_that_is_killed_ends_the_same_when_it_is_given_again(fresh_database, tmp_path):
    # given an import that is killed once its first batch is stored
    file = tmp_path / "films.csv"
    file.write_text(TABLE)
    report = tmp_path / "report.txt"
    with start(fresh_database, file, report) as killed:
        assert next(line for line in killed.stdout if "Reading the file" in line)
        killed.kill()
    assert killed.returncode < 0

    # when the same command is given again
    with core_db.transaction() as db:
        done = db.scalar(select(ImportRun.records))
    said, _ = start(fresh_database, file, report).communicate()

    # then it goes on there, and every film is stored once, and told once
    assert 0 < done < ROWS
    assert f"Going on behind the first {done:,} records" in said
    assert f"{ROWS:,} taken" in said
    lines = report.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == [f"line {n + 2}" for n in range(ROWS)]
    with core_db.transaction() as db:
        assert db.scalar(select(func.count(Title.name.distinct()))) == ROWS
        for table in (Title, TitleSource):
            assert db.scalar(select(func.count()).select_from(table)) == ROWS


def test_an_import_that_is_killed_behind_its_last_record_keeps_its_report(fresh_database, tmp_path):
    # given films whose file says something else now, and an import of it that told so
    file, report = tmp_path / "films.csv", tmp_path / "report.txt"
    file.write_text(TABLE)
    start(fresh_database, file, report).communicate()
    file.write_text(TABLE.replace(",Drama,", ",Comedy,"))

    # when it is killed while similar films are looked for, and the same command is given again
    with start(fresh_database, file, report) as killed:
        assert next(line for line in killed.stdout if "in the file" in line)
        killed.kill()
    assert killed.returncode < 0
    said, _ = start(fresh_database, file, report).communicate()

    # then each record's conflict is told once, and the import is over
    assert f"Going on behind the first {ROWS:,} records" in said
    assert f"{ROWS:,} merged, 0 unchanged" in said
    assert "similar films" in said
    lines = report.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == [f"line {n + 2}" for n in range(ROWS)]
    assert all("genre: the catalogue says Drama, the file Comedy: kept" in line for line in lines)
    with core_db.transaction() as db:
        assert db.scalars(select(ImportRun).where(ImportRun.finished_at.is_(None))).all() == []


def test_the_same_import_given_twice_at_once_is_done_twice_in_a_row(fresh_database, tmp_path):
    file, report = tmp_path / "films.csv", tmp_path / "report.txt"
    file.write_text(TABLE)

    both = [start(fresh_database, file, report) for _ in range(2)]
    said = sorted(process.communicate()[0] for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert sum(WAITS in one for one in said) == 1
    assert sum(f"{ROWS:,} taken" in one for one in said) == 1
    assert sum(f"{ROWS:,} unchanged" in one for one in said) == 1
    assert report.read_text() == "".join(
        f"line {n + 2}: Film {n}: unchanged\n" for n in range(ROWS)
    )


def start(url, file, report):
    """``matinee catalog import`` as a process of its own, its words to be read."""
    command = [sys.executable, "-m", "commands", "catalog", "import", str(file)]
    command += ["--report", str(report)]
    return subprocess.Popen(
        command,
        env=os.environ | {"MATINEE_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
    )
