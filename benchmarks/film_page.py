"""What a visitor's film page costs beside nginx, which hands out the same bytes from disk.

``python -m benchmarks.film_page``: kept, drawn anew, and nginx, in turns on one machine in one
run. Printed are the medians of the processor time of a request and its ratio to nginx's.
nginx is looked for on the PATH; on Debian and Ubuntu: apt install nginx-light.
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

import sandbox.app
from benchmarks import loads
from benchmarks.loads import Cost
from catalog import similar_finding
from core import clock, db, ports, settings
from tests import databases, factories
from tests.workers import processes
from tests.workers.processes import Processes

ROUNDS, QUICK, SLOW = 5, 4_000, 100
FILM = "/film/leaving-las-vegas"
PACKED = {"Accept_Encoding": "br"}
GOALS = {"packed": 0.5, "plain": 0.65}

NGINX = """
daemon off; master_process off; pid {here}/pid; error_log {here}/error.log crit;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  open_file_cache max=10; default_type "text/html; charset=utf-8";
  client_body_temp_path {here}/a; proxy_temp_path {here}/b; fastcgi_temp_path {here}/c;
  uwsgi_temp_path {here}/d; scgi_temp_path {here}/e;
  add_header Vary "Cookie, Accept-Encoding"; add_header Cache-Control "public, no-cache";
  server {{
    listen 127.0.0.1:{port}; root {here};
    location = /packed {{ add_header Content-Encoding br; }}
    location = /plain {{ }}
  }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A server under load: how it is called, where it listens and which process it is."""

    name: str
    port: int
    pid: int
    is_quick: bool = True


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
        _furnish(url)
        ours = list(_ours(beside))
        plain, packed = (_bytes(ours[0], **how) for how in ({}, PACKED))
        print(f"A film page of {len(plain):,} bytes, {len(packed):,} packed by brotli.")
        with _nginx(plain=plain, packed=packed) as nginx:
            _compare(nginx, ours, "packed", **PACKED)
            _compare(nginx, ours, "plain")
            _compare(nginx, ours, "not modified", **PACKED)


def _furnish(url: str) -> None:
    """One film about which much is known, among others like it."""
    settings.use(settings.current().model_copy(update={"database_url": SecretStr(url)}))
    db.connect(None)
    with db.transaction() as session:
        factories.offer(session)
        cast = [f"Player Number {number}" for number in range(40)]
        film = factories.title(
            session,
            name="Leaving Las Vegas",
            genres=["Drama", "Romance"],
            directors=["Di Rector"],
            cast=cast,
            runtime_minutes=111,
            synopsis="A writer goes to Las Vegas. " * 10,
        )
        factories.rating(session, film)
        for _ in range(8):
            factories.review(session, film, text="I have seen it twice, and would again. " * 40)
        for number in range(20):
            factories.title(session, name=f"Another {number}", genres=["Drama"])
        similar_finding.refresh(session, now=clock.now())


def _ours(beside: Processes) -> Iterator[Server]:
    """Our server with kept pages, by every program that is installed; then without."""
    programs = ["gunicorn"]
    if importlib.util.find_spec("granian"):
        programs.append("granian")
    for program in programs:
        yield _started(beside, f"{program}, kept", server=program)
    yield _started(beside, "gunicorn, drawn", is_quick=False, page_cache_mb="0")


def _started(beside: Processes, name: str, *, is_quick: bool = True, **over: str) -> Server:
    port = ports.free()
    process = beside.start("web", port=str(port), **over)
    processes.eventually(lambda: processes.answers(f"http://127.0.0.1:{port}{FILM}"))
    return Server(name, port, process.pid, is_quick)


def _bytes(server: Server, **how: str) -> bytes:
    return loads.ask(server.port, loads.request(FILM, Connection="close", **how))[1]


@contextmanager
def _nginx(**files: bytes) -> Iterator[Server]:
    """nginx as anybody may run it: one process on loopback, with its files in a folder."""
    here, port = Path(tempfile.mkdtemp()), ports.free()
    for name, content in files.items():
        (here / name).write_bytes(content)
    (here / "conf").write_text(NGINX.format(here=here, port=port))
    running = subprocess.Popen(["nginx", "-p", str(here), "-c", str(here / "conf")])
    try:
        processes.eventually(lambda: processes.answers(f"http://127.0.0.1:{port}/plain"))
        yield Server("nginx", port, running.pid)
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(here)


def _compare(nginx: Server, ours: list[Server], what: str, **how: str) -> None:
    """In turns, so that a busy minute of the machine hits all of them."""
    status = b"304" if what == "not modified" else b"200"
    path = "/plain" if what == "plain" else "/packed"
    asks: list[tuple[Server, partial[Cost]]] = []
    for server in (nginx, *ours):
        known = {"If_None_Match": _etag(server, path, **how)} if status == b"304" else {}
        asked = loads.request(path if server is nginx else FILM, **how, **known)
        times = QUICK if server.is_quick else SLOW
        measure = partial(loads.cost, server.port, server.pid, asked, times, status)
        asks.append((server, measure))
    costs: dict[str, list[Cost]] = {server.name: [] for server, _ in asks}
    for _ in range(ROUNDS):
        for server, measure in asks:
            costs[server.name].append(measure())
    _print(what, costs)


def _etag(server: Server, path: str, **how: str) -> str:
    there = path if server.name == "nginx" else FILM
    head = loads.ask(server.port, loads.request(there, Connection="close", **how))[0].decode()
    return next(line[6:] for line in head.split("\r\n") if line.lower().startswith("etag: "))


def _print(what: str, costs: dict[str, list[Cost]]) -> None:
    goal = f" (goal {GOALS[what]})" if what in GOALS else ""
    print(f"\n{what}: processor time of a request, ratio to nginx{goal}; requests a second")
    yardstick = _median(costs["nginx"], "cpu_seconds")
    for name, found in costs.items():
        cpu, wall = _median(found, "cpu_seconds"), _median(found, "wall_seconds")
        print(f"  {name:<16} {cpu * 1e6:8.0f} µs  {yardstick / cpu:5.2f}  {1 / wall:8.0f}/s")


def _median(found: list[Cost], what: str) -> float:
    return float(statistics.median(getattr(one, what) for one in found))


if __name__ == "__main__":
    main()
