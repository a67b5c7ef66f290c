"""A seeded year of a service in facts, written by COPY into a database of its own.

``python -m benchmarks.big_history FACTS HOME``: 10,000,000 facts take some minutes. Most people
only look; some make an account, some of those a trial, and about half of these pay.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from catalog.models import Title
from core import db as core_db
from core import migrations, postgres, settings
from reports import facts, keeping

SEED = 20260922
FILMS = 400
START = datetime(2025, 9, 1, tzinfo=UTC)
DAYS = 365
END = START + timedelta(days=DAYS)
NOW = END + timedelta(days=60)
DAY = 86_400
SOURCES = ("", "", "search", "search", "newsletter", "partner", "social")
AGENTS = ("Mozilla/5.0 Firefox/130.0", "Mozilla/5.0 Chrome/128.0", "Mozilla/5.0 Safari/17.5")
CRAWLER = "Mozilla/5.0 (compatible; Examplebot/2.1)"
PAGES, WATCHED = 3, 4
CHUNK = 20_000
COLUMNS = "kind, key, at, noted_at, visitor_id, member_id, title_id, data"
INDEXES = {
    "ix_fact_kind_at": "(kind, at)",
    "ix_fact_member": "(member_id, at)",
    "ix_fact_visitor": "(visitor_id, at)",
    "ix_fact_person": "((data ->> 'person')) WHERE member_id IS NULL AND visitor_id IS NULL",
}
NEXT = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"


def main() -> None:
    """Write the history and make the rows that reports read."""
    number, home = int(sys.argv[1]), Path(sys.argv[2])
    settings.use(settings.Settings(_env_file=None, home=home))
    with postgres.hold(home, fsync=False) as url:
        write(url, number)
        print(f"Rows made in {made_ready(url):.0f} s.")


def write(url: str, number: int) -> None:
    """Bring the database at ``url`` to the newest version and write ``number`` facts into it."""
    migrations.upgrade(url)
    began = time.monotonic()
    history = History(number)
    _add_films(url)
    with psycopg.connect(url) as connection:
        months = [START.date() + timedelta(days=28 * each) for each in range(30)]
        connection.execute("SELECT make_fact_month(m) FROM unnest(%s::date[]) AS m", [months])
        connection.execute("ALTER TABLE fact DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE fact_name DROP CONSTRAINT pk_fact_name")
        for name in INDEXES:
            connection.execute(f"DROP INDEX {name}")
        _copy(connection, f"fact ({COLUMNS})", history.facts())
        _copy(connection, MEMBERS, history.members)
        _copy(connection, VISITORS, history.visitors)
        for table in ("title", "member", "visitor"):  # the next row goes on behind these
            connection.execute(NEXT.format(table=table))
        for name, columns in INDEXES.items():
            connection.execute(f"CREATE INDEX {name} ON fact {columns}")
        connection.execute("INSERT INTO fact_name SELECT md5(kind || ':' || key)::uuid FROM fact")
        connection.execute("ALTER TABLE fact_name ADD CONSTRAINT pk_fact_name PRIMARY KEY (name)")
        connection.execute("ALTER TABLE fact ENABLE TRIGGER USER")
    print(f"{history.written:,} facts written in {time.monotonic() - began:.0f} s.", flush=True)


def made_ready(url: str) -> float:
    """Make every row anew from the facts; how many seconds it took."""
    migrations.upgrade(url)
    _tidied(url)
    began = time.monotonic()
    with _session(url) as db:
        facts.make_months_ahead(db, now=END)
        keeping.rebuild(db, now=NOW)
        db.commit()
    took = time.monotonic() - began
    _tidied(url)
    return took


def brought_up(url: str) -> float:
    """Bring a history written earlier to the newest version; how many seconds it took."""
    began = time.monotonic()
    migrations.upgrade(url)
    with _session(url) as db:
        keeping.catch_up(db)
        keeping.fill(db, now=NOW)
        db.commit()
    took = time.monotonic() - began
    _tidied(url)
    return took


def _session(url: str) -> Session:
    options = {"options": core_db.OPTIONS}
    return Session(create_engine(core_db.driver_url(url), connect_args=options))


def _tidied(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


MEMBERS = (
    "member (id, email, email_canonical, fs_uniquifier, active, created_at, zone, locale, theme,"
    " is_test)"
)
VISITORS = "visitor (id, token_hash, first_seen_at, member_id, joined_at, source)"


def _copy(connection: psycopg.Connection, into: str, rows: Iterator[str] | list[str]) -> None:
    with connection.cursor().copy(f"COPY {into} FROM STDIN") as copy:
        chunk: list[str] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                copy.write("".join(chunk))
                chunk.clear()
        copy.write("".join(chunk))


def _add_films(url: str) -> None:
    with Session(create_engine(core_db.driver_url(url))) as db:
        for number in range(1, FILMS + 1):
            film = {"name": f"Film {number}", "slug": f"film-{number}"}
            db.add(Title(id=number, **film, created_at=START, updated_at=START))
        db.commit()


class History:
    """Visitors one after the other until ``number`` facts are told; members as they come up."""

    def __init__(self, number: int) -> None:
        self.number, self.written = number, 0
        self.visitors: list[str] = []
        self.members: list[str] = []
        self._chance = random.Random(SEED)
        self._first = START.timestamp()

    def facts(self) -> Iterator[str]:
        """The rows of ``fact`` as COPY takes them."""
        visitor = 0
        while self.written < self.number:
            visitor += 1
            for row in filter(None, self._visitor(visitor)):
                if self.written < self.number:
                    self.written += 1
                    yield row

    def _at(self, seconds: float) -> str:
        return f"{EPOCH + timedelta(microseconds=round((self._first + seconds) * 1e6)):%F %T.%f+00}"

    def _row(
        self, kind: str, key: str, at: float, who: tuple[int | None, int | None], **more: str
    ) -> str:
        if at >= DAYS * DAY:
            return ""  # nobody knows yet
        visitor, member = (r"\N" if each is None else str(each) for each in who)
        when, film = self._at(at), more.get("film", r"\N")
        cells = (kind, key, when, when, visitor, member, film, more.get("data", "{}"))
        return "\t".join(cells) + "\n"

    def _visitor(self, number: int) -> Iterator[str]:
        chance = self._chance
        at = DAYS * DAY * chance.random() ** 0.8
        pressed = False
        source = SOURCES[int(chance.random() * len(SOURCES))]
        agent = CRAWLER if chance.random() < 0.004 else AGENTS[int(chance.random() * 3)]
        agent_data = f'{{"agent": "{agent}"}}'
        looked_at = self._at(at)
        who = (number, None)
        pages = 1 + min(int(chance.expovariate(1 / PAGES)), 40)
        film = "1"
        for page in range(pages):
            film = str(1 + int(FILMS * chance.random() ** 3))
            key = f"{number}:{page}"
            yield self._row("visit", key, at, who, film=film, data=agent_data)
            if chance.random() < 0.75:
                yield self._row("cta_seen", key, at + 2 + 8 * chance.random(), who, film=film)
                if chance.random() < 0.09:
                    pressed = True
                    yield self._row(
                        "cta_click", key, at + 12 + 50 * chance.random(), who, film=film
                    )
            away = chance.random()
            at += 90 + 200 * away if away < 0.8 else DAY * chance.expovariate(0.4)
        member = None
        joined_at = r"\N"
        if pressed and at < DAYS * DAY and chance.random() < 0.35:
            member = len(self.members) + 1
            joined_at = self._at(at)
            self.members.append(self._member(member, joined_at))
            yield from self._signed_up(number, member, at, film)
        joined = r"\N" if member is None else str(member)
        self.visitors.append(
            f"{number}\t{number:064}\t{looked_at}\t{joined}\t{joined_at}\t{source}\n"
        )

    def _member(self, number: int, at: str) -> str:
        mail = f"m{number}@example.org"
        return f"{number}\t{mail}\t{mail}\t{number}\tt\t{at}\tUTC\ten-GB\tsystem\tf\n"

    def _signed_up(self, visitor: int, member: int, at: float, film: str) -> Iterator[str]:
        chance, who = self._chance, (visitor, member)
        yield self._row("account", f"member:{member}", at, who)
        if chance.random() > 0.8:
            return
        at += 30 + 60 * chance.random()
        yield self._row("checkout_open", str(member), at, who, film=film)
        if chance.random() > 0.85:
            return
        at = float(int(at + 40 + 100 * chance.random()))
        ends = at + 30 * DAY
        until = self._at(ends).replace(" ", "T")
        told = (
            f'{{"kind": "trial", "subscription": "{member}", "interval": "month", "carded": true,'
            f' "offer": "monthly", "trial_ends_at": "{until}", "charge_at": "{until}"}}'
        )
        yield self._row("trial", str(member), at, (None, member), film=film, data=told)
        yield from self._watched(member, at)
        yield from self._went_on(member, ends)

    def _watched(self, member: int, at: float) -> Iterator[str]:
        chance = self._chance
        for play in range(int(chance.expovariate(1 / WATCHED))):
            at += DAY * chance.expovariate(0.5)
            film = str(1 + int(FILMS * chance.random() ** 3))
            data = f'{{"seconds": {60 + int(3000 * chance.random())}}}'
            yield self._row("play", f"{member}:{play}", at, (None, member), film=film, data=data)

    def _went_on(self, member: int, ends: float) -> Iterator[str]:
        chance, who, about = self._chance, (None, member), f'"subscription": "{member}"'
        if chance.random() < 0.45:
            set_at = ends - 25 * DAY * chance.random()
            data = f'{{"change": "cancel set", {about}}}'
            yield self._row("trial_change", str(member), set_at, who, data=data)
            data = f'{{"cause": "voluntary", {about}}}'
            yield self._row("ended", str(member), ends, who, data=data)
            return
        told = f'{{"kind": "trial_ending", "state": "accepted", {about}}}'
        yield self._row("notice", str(member), ends - 7 * DAY, who, data=told)
        price = '"gross_minor": 699, "tax_minor": 116, "currency": "gbp", "interval": "month"'
        paid = f"{{{price}, {about}}}"
        at = float(int(ends + 3600 + 12 * DAY * chance.random() ** 4))
        for month in range(1 + int(chance.expovariate(0.2))):
            if at > DAYS * DAY:
                return
            yield self._row("payment", f"{member}:{month}", at, who, data=paid)
            at += 30 * DAY
        data = f'{{"cause": "voluntary", {about}}}'
        yield self._row("ended", str(member), at, who, data=data)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

if __name__ == "__main__":
    main()
