"""What a visitor's film page costs beside nginx, which hands out the same bytes from disk.

``python -m benchmarks.film_page``: kept by us, kept by nginx before us (``docs/nginx.md``), made
anew, and from disk, in turns on one machine in one run. Printed are the medians of the processor
time of a request and of its ratio to that from disk in the same turn, with the quartiles beside it.
A page is made anew in three ways: filled, for somebody who might be known and is not, from the
parts that are kept of it; a member's, the same for a subscriber who is half through the film; and
drawn, with nothing kept but what all pages share, as for the first reader after a change.
From disk come the same bytes under the same headers, and each is asked for about a second, so that
nginx before us, which asks us again each second, has that in its figure.
nginx is looked for on the PATH; on Debian and Ubuntu: apt install nginx-light.
"""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.orm import Session

import sandbox.app
from access.models import WatchProgress
from benchmarks import loads, made_up_films
from benchmarks.loads import Cost
from catalog import similar_finding
from catalog.models import Title
from core import clock, db, ports, settings
from tests import databases, factories
from tests.web import kept_site
from tests.workers import processes
from tests.workers.processes import Processes
from web.kept_parts import CHANGED

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 9
QUICK, USUAL, SLOW = 30_000, 4_000, 100  # requests: of nginx, of ours, of pages drawn anew
WARM_UP = 500
FILM = "/film/leaving-las-vegas"
MONTH = timedelta(days=31)
PACKED = {"Accept_Encoding": "br"}
SOMEBODY = {"Authorization": "Basic c29tZWJvZHk="}
FIRST = SOMEBODY | {"Cookie": f"{CHANGED}=1"}
TEXT, SYNOPSIS, REVIEWS = 3_800, 300, 8  # a page of 66 kB, that of the goals
GOALS = "goals: kept 0.5 packed and 0.65 plain, by nginx before us 0.9, anew a tenth of Wagtail"
DISK, NOT_MODIFIED = "nginx, from disk", "not modified"

NGINX = """
daemon off; master_process off; pcre_jit on; pid {here}/pid; error_log {here}/error.log crit;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  open_file_cache max=10; default_type "text/html; charset=utf-8";
  client_body_temp_path {here}/a; proxy_temp_path {here}/b; fastcgi_temp_path {here}/c;
  uwsgi_temp_path {here}/d; scgi_temp_path {here}/e;
  {server}
}}
"""
# What nginx says by itself of a file, and what belongs to one answer.
BY_ITSELF = {"content-type", "content-length", "content-encoding", "connection", "date", "server"}
ONE_ANSWER = {"etag", "last-modified", "x-request-id", "set-cookie"}
FROM_DISK = """
  server {{
    listen 127.0.0.1:{port}; root {here};
    location = /packed {{
      {headers}
      add_header Content-Encoding br;
    }}
    location = /plain {{
      {headers}
    }}
  }}
"""


@dataclass(frozen=True)
class Server:
    """A server under load: how it is called, where it listens, which process it is, and as whom
    it is asked; as nobody, it answers what it keeps."""

    name: str
    port: int
    pids: tuple[int, ...]
    who: Mapping[str, str] = field(default_factory=dict)

    @property
    def times(self) -> int:
        """How often it is asked in a round: about a second's worth."""
        if self.who:
            return SLOW
        return QUICK if self.name.startswith("nginx") else USUAL


def main() -> None:
    """Measure, print, and say whether the goals are met."""
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is not on the PATH. On Debian and Ubuntu: apt install nginx-light")
    home = Path(tempfile.mkdtemp())
    settings.use(settings.Settings(_env_file=None, home=home))
    with (
        databases.server() as server,
        databases.clone(server, "film_page") as url,
        processes.beside(url, home, sandbox.app.create()) as beside,
    ):
        ours = list(_ours(beside, furnish(url)))
        (head, plain), (_, packed) = (_told(ours[0], **how) for how in ({}, PACKED))
        print(f"A film page of {len(plain):,} bytes, {len(packed):,} packed by brotli; {GOALS}.")
        with _nginx(head, plain=plain, packed=packed) as disk, _in_front(ours[0]) as front:
            servers = [disk, front, *ours]
            _compare(servers, "packed", **PACKED)
            _compare(servers, "plain")
            _compare([one for one in servers if not one.who], NOT_MODIFIED, **PACKED)


def furnish(url: str) -> dict[str, str]:
    """One film about which much is known, among others like it, in words as various as people's:
    what is said over and over packs to nothing, and would cost less to hand out. Answers what a
    member sends who has begun it."""
    settings.use(settings.current().model_copy(update={"database_url": SecretStr(url)}))
    db.connect(None)
    told = _prose()
    with db.transaction() as session:
        factories.offer(session)
        film = factories.title(
            session,
            name="Leaving Las Vegas",
            genres=["Drama", "Romance"],
            directors=["Di Rector"],
            cast=[made_up_films.person(number) for number in range(40)],
            runtime_minutes=111,
            synopsis=next(told)[:SYNOPSIS],
            synopsis_long=next(told),
        )
        factories.rating(session, film)
        for _ in range(REVIEWS):
            factories.review(session, film, text=next(told))
        for number in range(20):
            factories.title(session, name=f"Another {number}", genres=["Drama"])
        similar_finding.refresh(session, now=clock.now())
        return _member(session, film)


def _member(session: Session, film: Title) -> dict[str, str]:
    made, now = factories.member(session), clock.now()
    factories.subscription(session, made, status="active", period_ends_at=now + MONTH)
    factories.entitlement(session, made, now + MONTH)
    begun = {"member_id": made.id, "title_id": film.id, "position_seconds": 60}
    session.add(WatchProgress(**begun, updated_at=now))
    return {"Cookie": kept_site.signed_in(session, made)}


def _prose() -> Iterator[str]:
    """Texts of about ``TEXT`` letters, each of sentences that no other has."""
    sentences = (made_up_films.film(number, people=1).synopsis for number in itertools.count(1))
    while True:
        yield " ".join(itertools.islice(filter(None, sentences), TEXT // 100))


def _ours(beside: Processes, member: Mapping[str, str]) -> Iterator[Server]:
    """Our server by every program that is installed, of eight threads and, where that is quicker
    with kept pages, of one; as it answers each kind of reader."""
    readers = {"kept": {}, "filled": SOMEBODY, "a member's": member, "drawn": FIRST}
    programs = [("gunicorn", "8")]
    if importlib.util.find_spec("granian"):
        programs += [("granian", "8"), ("granian", "1")]
    for program, threads in programs:
        yield from ours_by(beside, program, threads, readers)


def ours_by(
    beside: Processes, program: str, threads: str, readers: Mapping[str, Mapping[str, str]]
) -> Iterator[Server]:
    """Our server by one program, started, as it answers each of ``readers``."""
    port = ports.free()
    process = beside.start("web", port=str(port), server=program, threads=threads)
    processes.eventually(partial(processes.answers, f"http://127.0.0.1:{port}{FILM}"))
    for what, who in readers.items():
        yield Server(f"{program} of {threads}, {what}", port, (process.pid,), who)


def _told(server: Server, **how: str) -> tuple[bytes, bytes]:
    return loads.ask(server.port, loads.request(FILM, Connection="close", **how))


def _as_nginx_says(head: bytes) -> str:
    """The headers of our answer as directives, so that from disk comes the same."""
    said = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    others = [(name, value) for name, value in said if name.lower() not in BY_ITSELF | ONE_ANSWER]
    return "".join(f"add_header {name} '{_quoted(value)}';\n      " for name, value in others)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


@contextmanager
def _nginx(head: bytes, **files: bytes) -> Iterator[Server]:
    """nginx as anybody may run it: one process on loopback, with its files in a folder."""
    here, port = Path(tempfile.mkdtemp()), ports.free()
    for name, content in files.items():
        (here / name).write_bytes(content)
    server = FROM_DISK.format(here=here, port=port, headers=_as_nginx_says(head))
    with _running(here, server, f"http://127.0.0.1:{port}/plain") as pid:
        yield Server(DISK, port, (pid,))


@contextmanager
def _in_front(ours: Server) -> Iterator[Server]:
    """nginx with pages of its own before our server, as ``docs/nginx`` has it; both are counted."""
    here, port = Path(tempfile.mkdtemp()), ports.free()
    written = (ROOT / "docs" / "nginx" / "matinee.conf").read_text()
    for usual, other in (
        ("/var/cache/nginx/matinee", f"{here}/pages"),
        ("127.0.0.1:8000", f"127.0.0.1:{ours.port}"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("access_log /var/log/nginx/access.log matinee;", ""),
    ):
        written = written.replace(usual, other)
    with _running(here, written, f"http://127.0.0.1:{port}{FILM}") as pid:
        yield Server("nginx before us", port, (pid, *ours.pids))


@contextmanager
def _running(here: Path, server: str, address: str) -> Iterator[int]:
    (here / "conf").write_text(NGINX.format(here=here, server=server))
    running = subprocess.Popen(["nginx", "-p", str(here), "-c", str(here / "conf")])
    try:
        processes.eventually(lambda: processes.answers(address))
        yield running.pid
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(here)


def _compare(servers: list[Server], what: str, **how: str) -> None:
    """In turns, so that a busy minute of the machine hits all of them."""
    asks = [(server, _measure(server, what, **how)) for server in servers]
    costs: dict[str, list[Cost]] = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server, measure in asks:
            costs[server.name].append(measure())
    _print(what, costs)


def _measure(server: Server, what: str, **how: str) -> Callable[[], Cost]:
    path = FILM
    if server.name == DISK:
        path = "/plain" if what == "plain" else "/packed"
    known = {"If_None_Match": _etag(server, path, **how)} if what == NOT_MODIFIED else {}
    asked = loads.request(path, **how, **known, **server.who)
    status = b"304" if known else b"200"

    def measured() -> Cost:
        """What is kept is asked for a little before: each server is warm."""
        if not server.who:
            loads.cost(server.port, server.pids, asked, WARM_UP, status)
        return loads.cost(server.port, server.pids, asked, server.times, status)

    return measured


def _etag(server: Server, path: str, **how: str) -> str:
    head = loads.ask(server.port, loads.request(path, Connection="close", **how))[0].decode()
    return next(line[6:] for line in head.split("\r\n") if line.lower().startswith("etag: "))


def _print(what: str, costs: dict[str, list[Cost]]) -> None:
    print(f"\n{what}: processor time of a request, ratio to that from disk; requests a second")
    for name, found in costs.items():
        cpu, wall = _median(found, "cpu_seconds"), _median(found, "wall_seconds")
        pairs = zip(costs[DISK], found, strict=True)
        low, middle, high = statistics.quantiles(
            [disk.cpu_seconds / one.cpu_seconds for disk, one in pairs], n=4
        )
        ratio = f"{middle:6.3f} ({low:.3f} to {high:.3f})"
        print(f"  {name:<24} {cpu * 1e6:8.0f} µs  {ratio}  {1 / wall:8.0f}/s")


def _median(found: list[Cost], what: str) -> float:
    return float(statistics.median(getattr(one, what) for one in found))


if __name__ == "__main__":
    main()
