"""Fills a database with as many made-up films as are asked for, by COPY and in bounded memory.

``python -m benchmarks.big_catalogue 1000000`` makes the database ``films_1000000`` on the embedded
server of ``var/benchmarks``; one that is there is left as it is.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import NullPool, create_engine
from sqlalchemy.orm import Session

from benchmarks import made_up_films
from benchmarks.made_up_films import GENRES, MadeUp
from billing.offer_models import Offer
from catalog import counts, indexing, plain, slugs, tiers
from core import db as core_db
from core import migrations, postgres

HOME = Path(__file__).resolve().parent.parent / "var" / "benchmarks"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AT_ONCE, IN_A_SHARE = 5_000, 50_000
COLLECTIONS, IN_COLLECTION = 10, 240
MUCH_REVIEWED = 400
Rows = list[tuple[Any, ...]]
TABLES = {
    "title": "id slug name original_name aliases year runtime_minutes languages countries synopsis "
    "content_notices status popularity plain_name plain_names words created_at updated_at",
    "credit": "title_id person_id job role position",
    "title_genre": "title_id genre_id position",
    "certificate": "title_id system territory label",
    "rating": "title_id source score scale count",
    "release": "title_id territory kind on",
    "review": "title_id name written_on score text spoiler status helpful watched",
}
LOADED = ("person", *TABLES, "search_word", "listing")
AFTERWARDS = (
    "insert into search_word (word, titles) select word, ndoc from ts_stat("
    "'select words from title') where length(word) < 200",
    "select setval(pg_get_serial_sequence('title', 'id'), (select max(id) from title))",
    "select setval(pg_get_serial_sequence('person', 'id'), (select max(id) from person))",
    "insert into collection (slug, name, position)"
    " select 'collection-' || n, 'Collection ' || n, n from generate_series(1, {collections}) as n",
    "insert into collection_title (collection_id, title_id, position)"
    " select collection.id, title.id, title.id from collection"
    " join title on title.id % {collections} = collection.position - 1"
    " where title.id <= {collections} * {in_collection}",
)

OFFER = {
    **{"code": "standard", "name": "Every film", "amount_minor": 699, "currency": "gbp"},
    **{"interval": "month", "trial_days": 30, "stripe_price_id": "p"},
}


def main() -> None:
    """Make the database that the command line asks for, and say what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("titles", type=int)
    with database(asked.parse_args().titles) as url, psycopg.connect(url) as there:
        size = there.execute("select pg_size_pretty(pg_database_size(current_database()))")
        print(f"{url.rpartition('/')[2]}: {size.fetchone()}")


@contextmanager
def database(titles: int) -> Iterator[str]:
    """A database with ``titles`` films, kept for the next time; its server runs for the block."""
    name = f"films_{titles}_{migrations.head()}"
    with postgres.hold(HOME, fsync=False) as server:
        beside = f"{server.rpartition('/')[0]}/{{}}".format
        with psycopg.connect(server, autocommit=True) as admin:
            if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                began, fresh = time.monotonic(), f"{name}_in_the_making"
                for statement in ("drop database if exists {} with (force)", "create database {}"):
                    admin.execute(sql.SQL(statement).format(sql.Identifier(fresh)))
                migrations.upgrade(beside(fresh))
                fill(beside(fresh), titles)
                renamed = sql.SQL("alter database {} rename to {}")
                admin.execute(renamed.format(sql.Identifier(fresh), sql.Identifier(name)))
                print(f"{titles:,} films made in {time.monotonic() - began:.0f} s", flush=True)
        yield beside(name)


def fill(url: str, titles: int) -> None:
    """Fill the empty, migrated database at ``url``.

    What hangs on the tables is taken off while they are filled and put back after: built once
    over everything, an index takes a tenth of the time.
    """
    people = max(200, titles * 2 // 5)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("set maintenance_work_mem = '512MB'")
        put_back = _take_off(db)
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(partial(_copy_people, url), _shares(people)))
            list(pool.map(partial(_copy_films, url, people), _shares(titles)))
        _genres(db)
        for statement in put_back:
            db.execute(statement)
        _finish(db, titles)
    _count(url)


def _shares(count: int) -> list[range]:
    """The numbers from 1 to ``count``, in parts that one process does at a time."""
    ends = range(1, count + 1, IN_A_SHARE)
    return [range(start, min(start + IN_A_SHARE, count + 1)) for start in ends]


def _take_off(db: psycopg.Connection) -> list[bytes]:
    """Drop the indexes and foreign keys of the tables, and silence their triggers; the answer are
    the statements that put everything back."""
    tables = list(LOADED)
    keys = db.execute(
        "select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),"
        " format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname,"
        " pg_get_constraintdef(oid)) from pg_constraint"
        " where contype = 'f' and conrelid = any(%s::regclass[])",
        [tables],
    ).fetchall()
    indexes = db.execute(
        "select format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
        " from pg_index where indrelid = any(%s::regclass[]) and not indisprimary"
        " and not exists (select from pg_constraint where conindid = indexrelid)",
        [tables],
    ).fetchall()
    silent = [
        (f"alter table {one} disable trigger user", f"alter table {one} enable trigger user")
        for one in tables
    ]
    for statement, _ in (*keys, *indexes, *silent):
        db.execute(statement)
    return [back for _, back in (*indexes, *keys, *silent)]


def _copy(db: psycopg.Connection, table: str, columns: str, rows: Rows) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
    with db.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_people(url: str, numbers: range) -> None:
    rows: Rows = []
    for number in numbers:
        name = made_up_films.person(number)
        rows.append((number, f"{slugs.of(name)}-{number}", name, plain.text(name)))
    with psycopg.connect(url) as db:
        _copy(db, "person", "id slug name plain_name", rows)


def _copy_films(url: str, people: int, numbers: range) -> None:
    with psycopg.connect(url) as db:
        for start in range(numbers.start, numbers.stop, AT_ONCE):
            rows: dict[str, Rows] = {table: [] for table in TABLES}
            for number in range(start, min(start + AT_ONCE, numbers.stop)):
                _add(rows, made_up_films.film(number, people=people))
            for table, columns in TABLES.items():
                _copy(db, table, columns, rows[table])
            db.commit()


def _add(rows: dict[str, Rows], film: MadeUp) -> None:
    """The rows of one film, as ``catalog.storing`` would write them."""
    names = [made_up_films.person(one) for one in (*film.directors, *(who for who, _ in film.cast))]
    found = indexing.columns(film.name, film.original_name, film.aliases, names)
    slug = f"{slugs.of(film.name) or 'film'}-{film.id}"
    told = (film.name, film.original_name, list(film.aliases), film.year, film.minutes)
    kept: tuple[Any, ...] = ([film.language], ["GB"], film.synopsis, [], film.status, film.votes)
    searched = (found["plain_name"], found["plain_names"], found["words"])
    rows["title"].append((film.id, slug, *told, *kept, *searched, NOW, NOW))
    parts: list[tuple[str, int, str | None]] = [("director", one, None) for one in film.directors]
    parts += [("cast", one, role) for one, role in film.cast]
    for at, (job, one, role) in enumerate(parts):
        rows["credit"].append((film.id, one, job, role, at))
    rows["title_genre"] += [(film.id, one + 1, at) for at, one in enumerate(film.genres)]
    rows["certificate"] += [(film.id, *one) for one in film.certificates]
    if film.votes:
        rows["rating"].append((film.id, "Elsewhere", film.score, 10, film.votes))
    if film.year:
        rows["release"].append((film.id, "US", "theatrical", date(film.year, 6, 1)))
    text = film.synopsis or film.name
    for at in range(MUCH_REVIEWED if film.id == 1 else film.reviews):
        on, score = date(2026, 1 + at % 9, 1), 1 + at % 10
        rows["review"].append(
            (film.id, f"Viewer {at}", on, score, text, False, "approved", 0, False)
        )


def _genres(db: psycopg.Connection) -> None:
    rows: Rows = [(at, slugs.for_group(name), name) for at, name in enumerate(GENRES, start=1)]
    _copy(db, "genre", "id slug name", rows)


def _finish(db: psycopg.Connection, titles: int) -> None:
    """Collections and the rows of lists; then what the planner wants to know."""
    for statement in AFTERWARDS:
        db.execute(
            sql.SQL(statement).format(
                collections=sql.Literal(COLLECTIONS), in_collection=sql.Literal(IN_COLLECTION)
            )
        )
    for share in _shares(titles):
        db.execute(
            "select list_titles(array(select generate_series(%s::bigint, %s)))",
            [share.start, share.stop - 1],
        )
    db.execute("vacuum (analyze)")


def _count(url: str) -> None:
    """Add the offer; have what is counted once in a while counted, as a worker does."""
    engine = create_engine(core_db.driver_url(url), poolclass=NullPool)
    with Session(engine) as session, session.begin():
        session.add(Offer(**OFFER))
        counts.refresh(session)
        tiers.refresh(session)


if __name__ == "__main__":
    main()
