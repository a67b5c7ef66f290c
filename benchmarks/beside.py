"""What a film page made anew costs beside another program's, which shows the same film.

In turns on one machine in one run, each with one process and thread. Printed are the medians of the
processor time of a request, their spread, and how many times as much the other takes; once of the
web process alone, and once with what the database spends on it, so that work left to it counts too.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import film_page, loads
from benchmarks.film_page import FILM, FIRST, SOMEBODY, Server
from catalog import film_pages
from catalog.film_pages import Film
from catalog.models import Review, Title
from tests.workers.processes import Processes

ROUNDS, TIMES, WARM_UP = 9, 100, 200
GOAL = 10
FIELDS = ("year", "runtime_minutes", "synopsis", "synopsis_long")


@dataclass(frozen=True)
class Asked:
    """A page of a server, and how the processes are found of the database that it reads."""

    server: Server
    path: str
    database: Callable[[], list[int]]


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time that one page takes of the web process and of PostgreSQL."""

    page: float
    database: float

    @property
    def both(self) -> float:
        """All that the page costs the machine."""
        return self.page + self.database


def told(session: Session) -> dict[str, Any]:
    """What our page says of its film, and the films that it leads to, for the other site."""
    film = film_pages.by_slug(session, FILM.rpartition("/")[2])
    others = session.execute(select(Title.slug, Title.name, Title.year).order_by(Title.id))
    reviews = select(Review).where(Review.title_id == film.id).order_by(Review.id)
    return {
        "slug": film.slug,
        "films": [one._asdict() for one in others],
        "fields": _fields(film),
        "genres": [genre._asdict() for genre in film.genres],
        "credits": [(one.job, one.role, one.person.slug, one.person.name) for one in film.credits],
        "reviews": [
            {"written_on": one.written_on, "name": one.name, "score": one.score, "text": one.text}
            for one in session.scalars(reviews)
        ],
        "similar": [(one.card.slug, one.reason) for one in film.similar],
    }


def _fields(film: Film) -> dict[str, Any]:
    """What stands on the page itself, beside the lists that hang on it."""
    rating, cast = film.ratings[0], [one.person.name for one in film.credits if one.job == "cast"]
    description = (
        f"{film.name} ({film.year}), drama and romance, 1 h 51 min, directed by Di Rector, "
        f"with {cast[0]} and {cast[1]}."
    )
    return {name: getattr(film, name) for name in FIELDS} | {
        "search_description": description,
        "score": rating.score,
        "votes": rating.count,
        "histogram": rating.histogram or [],
    }


def ours(beside: Processes, program: str, url: str) -> Iterator[Asked]:
    """Our page, as it is filled from kept parts and as it is drawn with nothing kept."""
    readers = {"filled": SOMEBODY, "drawn": FIRST}
    for server in film_page.ours_by(beside, program, "1", readers):
        yield Asked(server, FILM, partial(backends, url))


def compare(program: str, pages: list[Asked]) -> None:
    """Print each beside the last, in turns, so that a busy minute of the machine hits all of them;
    each is warm before."""
    asks = {page.server.name: _measure(page) for page in pages}
    costs: dict[str, list[Cost]] = {name: [] for name in asks}
    for _ in range(ROUNDS):
        for name, measure in asks.items():
            costs[name].append(measure())
    sizes = {page.server.name: _size(page) for page in pages}
    print(f"\n{program} of one thread: medians of {ROUNDS} rounds, and the least to the most")
    _print("its process alone", sizes, {name: [one.page for one in costs[name]] for name in costs})
    _print("with the database", sizes, {name: [one.both for one in costs[name]] for name in costs})


def _size(page: Asked) -> int:
    whole = loads.request(page.path, Connection="close", **page.server.who)
    return len(loads.ask(page.server.port, whole)[1])


def _measure(page: Asked) -> Callable[[], Cost]:
    asked, server = loads.request(page.path, **page.server.who), page.server
    loads.cost(server.port, server.pids, asked, WARM_UP)
    reading = page.database()

    def measured() -> Cost:
        """Nobody else asks that database meanwhile."""
        before = sum(map(loads.used, reading))
        web = loads.cost(server.port, server.pids, asked, TIMES)
        database = sum(map(loads.used, reading)) - before
        return Cost(web.cpu_seconds * 1e3, database * 1e3 / TIMES)

    return measured


def backends(url: str) -> list[int]:
    """The processes of PostgreSQL that serve a database."""
    others = "select pid from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    with psycopg.connect(url) as asking:
        return [pid for (pid,) in asking.execute(others, [urlsplit(url).path[1:]])]


def _print(what: str, sizes: dict[str, int], costs: dict[str, list[float]]) -> None:
    """Each beside the last in the same round, which the machine was as busy for."""
    print(f"  {what}")
    *_, theirs = costs.values()
    for name, found in costs.items():
        times = [their / our for their, our in zip(theirs, found, strict=True)]
        print(f"    {name:<22} {sizes[name]:7,} bytes  {_spread(found)} ms  ratio {_spread(times)}")


def _spread(found: list[float]) -> str:
    return f"{statistics.median(found):6.2f} ({min(found):5.2f} to {max(found):5.2f})"
