"""Whether an import of any length needs the same memory, and ends the same when killed midway.

``python -m benchmarks.long_import [rows]``: a CSV of made-up films is imported by ``matinee catalog
import`` at 50,000 rows and at ``rows`` (1,000,000), each into a database of its own; the larger one
once more, killed without warning on its way and given again. Prints peak memory, its ratio and rows
a second, and fails where memory grows beyond 1.5 times or the two catalogues differ. The server and
the files are those of ``var/benchmarks``.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks import made_up_films
from benchmarks.big_catalogue import HOME
from core import migrations, postgres

SMALL, LARGE = 50_000, 1_000_000
MOST_TIMES = 1.5
HEADER = (
    "id title original_title aliases year runtime genres directors cast synopsis languages score"
)
CATALOGUE = """
select count(*), md5(string_agg(md5(told), '' order by told)) from (
    select concat_ws('|', slug, name, original_name, aliases, year, runtime_minutes, languages,
        synopsis, words, array(
            select concat_ws(':', job, person.slug, role, position) from credit
            join person on person.id = person_id where title_id = title.id order by position
        ), array(
            select genre.slug from title_genre join genre on genre.id = genre_id
            where title_id = title.id order by position
        )) as told from title
) as each
"""


@dataclass(frozen=True)
class Outcome:
    """What an import took, and what the catalogue is afterwards."""

    megabytes: float
    seconds: float
    catalogue: tuple[int, str]


def main() -> None:
    """Import, compare, and fail where a promise is not kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", type=int, nargs="?", default=LARGE)
    rows = asked.parse_args().rows
    with postgres.hold(HOME, fsync=False) as server:
        small = _imported(server, min(SMALL, rows // 2))
        large = _imported(server, rows)
        resumed = _imported(server, rows, killed=True)
    times = max(large.megabytes, resumed.megabytes) / small.megabytes
    print(f"memory {times:.2f} times; killed and resumed: {_same(large, resumed)}")
    if times > MOST_TIMES or large.catalogue != resumed.catalogue:
        raise SystemExit(f"memory beyond {MOST_TIMES} times, or another catalogue")


def _same(one: Outcome, other: Outcome) -> str:
    return "the same catalogue" if one.catalogue == other.catalogue else "another catalogue"


def _imported(server: str, rows: int, *, killed: bool = False) -> Outcome:
    file, began = _file(rows), time.monotonic()
    with _fresh(server) as url:
        if killed:
            _kill_midway(url, file, rows)
        megabytes = _run(url, file)
        seconds = time.monotonic() - began
        with psycopg.connect(url) as db:
            catalogue = db.execute(CATALOGUE).fetchone()
    outcome = Outcome(megabytes, seconds, catalogue or (0, ""))
    how = "killed and resumed" if killed else "in one go"
    print(f"{rows:,} rows {how}: {outcome.catalogue[0]:,} films, {megabytes:.0f} MB,", end=" ")
    print(f"{rows / seconds:,.0f} rows a second", flush=True)
    return outcome


@contextmanager
def _fresh(server: str) -> Iterator[str]:
    """An empty, migrated database for the block."""
    name = sql.Identifier("long_import")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {}").format(name))
        admin.execute(sql.SQL("create database {}").format(name))
        url = f"{server.rpartition('/')[0]}/long_import"
        migrations.upgrade(url)
        yield url
        admin.execute(sql.SQL("drop database {}").format(name))


def _start(url: str, file: Path) -> subprocess.Popen[bytes]:
    given = os.environ | {"MATINEE_DATABASE_URL": url, "MATINEE_HOME": str(HOME)}
    command = [sys.executable, "-m", "commands", "catalog", "import", str(file)]
    return subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL)


def _run(url: str, file: Path) -> float:
    """Import to the end; the answer is the most memory that the command held, in megabytes."""
    process = _start(url, file)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the import ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss / 1024


def _kill_midway(url: str, file: Path, rows: int) -> None:
    process = _start(url, file)
    with psycopg.connect(url, autocommit=True) as db:
        while process.poll() is None and _done(db) < rows // 2:
            time.sleep(0.2)
    if process.poll() is not None:
        raise SystemExit("the import ended before it could be killed")
    process.kill()
    process.wait()


def _done(db: psycopg.Connection) -> int:
    row = db.execute("select coalesce(max(records), 0) from import_run").fetchone()
    return row[0] if row else 0


def _file(rows: int) -> Path:
    """The CSV of so many films, made once."""
    file = HOME / f"films_{rows}.csv"
    if not file.exists():
        fresh = file.with_suffix(".part")
        with fresh.open("w", encoding="utf-8", newline="") as made:
            writer = csv.writer(made)
            writer.writerow(HEADER.split())
            writer.writerows(_row(number, max(200, rows * 2 // 5)) for number in range(1, rows + 1))
        fresh.rename(file)
    return file


def _row(number: int, people: int) -> list[object]:
    film = made_up_films.film(number, people=people)
    named = made_up_films.person
    told: list[object] = [number, film.name, film.original_name, "; ".join(film.aliases)]
    told += [film.year, film.minutes, ", ".join(made_up_films.GENRES[at] for at in film.genres)]
    told += [", ".join(map(named, film.directors)), ", ".join(named(who) for who, _ in film.cast)]
    return [*told, film.synopsis, film.language, film.score]


if __name__ == "__main__":
    main()
