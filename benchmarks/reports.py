"""Funnel, conversion and films beside DuckDB, over the same facts, in one run.

``python -m benchmarks.reports FACTS HOME`` (10000000 and a folder of its own): writes the history
where HOME has none, else has what a newer schema changed made anew, and then asks both alternately
for the whole report, after every figure that it prints has been compared; then it asks the desk's
own pages.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks import big_history, desk_pages, duck, duck_queries, figures
from core import db as core_db
from core import postgres, settings
from reports import answers
from reports.questions import Question
from reports.spans import GRAIN, us

TURNS = 5
DESK_DAYS = {"funnel": 60, "conversion": 180, "films": 90}
QUERIES = {
    "funnel": duck_queries.FUNNEL,
    "conversion": duck_queries.COHORTS,
    "films": duck_queries.FILMS,
}


def main() -> None:
    """Compare the figures, then print the medians and their ratios."""
    number, home = int(sys.argv[1]), Path(sys.argv[2])
    settings.use(settings.Settings(_env_file=None, home=home))
    with postgres.hold(home, fsync=False) as url, tempfile.TemporaryDirectory() as folder:
        if _is_empty(url, "fact"):
            big_history.write(url, number)
        if _is_empty(url, "journey"):
            print(f"Rows made in {big_history.made_ready(url):.0f} s.", flush=True)
        else:
            print(f"Days made anew in {big_history.brought_up(url):.0f} s.", flush=True)
        other = duck.loaded(url, big_history.END, Path(folder))
        engine = create_engine(core_db.driver_url(url), connect_args={"options": core_db.OPTIONS})
        with Session(engine) as db:
            for name in QUERIES:
                _beside(db, other, name, _question(name), "as at the desk")
                _beside(db, other, name, replace(_question(name), first=None, last=None), "all")
        for line in desk_pages.told(url, {name: _question(name) for name in QUERIES}):
            print(line, flush=True)


def _is_empty(url: str, table: str) -> bool:
    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
        if known is None or known[0] is None:
            return True
        row = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))
        return connection.execute(row).fetchone() is None


def _question(name: str) -> Question:
    last = big_history.END.date() - timedelta(days=1)
    first = last - timedelta(days=DESK_DAYS[name] - 1)
    return Question(big_history.END, ZoneInfo("UTC"), first=first, last=last)


def _beside(db: Session, other: Any, name: str, question: Question, which: str) -> None:
    """One report by both: the figures must agree before the times are told."""
    given = {
        "first": us(question.within.start) or 0,
        "after": us(question.within.end) or 0,
        "as_of": us(question.as_of) or 0,
        "horizon": question.horizon // GRAIN,
        "window": question.window // GRAIN,
    }
    ours = figures.OURS[name](db, question)
    theirs = figures.THEIRS[name](duck.told(other, QUERIES[name], given))
    if differing := figures.differing(ours, theirs):
        told = "\n".join(f"{what}: ours {a}, DuckDB {b}" for what, (a, b) in differing.items())
        sys.exit(f"{name}, {which}: the figures differ.\n{told}")
    mine, its = [], []
    for _ in range(TURNS):
        mine.append(_timed(lambda: answers.printed(db, name, question).json()))
        its.append(_timed(lambda: duck.told(other, QUERIES[name], given)))
    here, there = statistics.median(mine), statistics.median(its)
    print(
        f"{name}, {which}: ours {here * 1e3:.0f} ms, DuckDB {there * 1e3:.0f} ms, "
        f"{there / here:.1f} times as quick; all figures agree.",
        flush=True,
    )


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
