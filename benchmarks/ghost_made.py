"""A Ghost site of one film: made in a folder of its own beside a MariaDB of its own, and served.

Its theme stands in ``benchmarks/ghost_site``. Ghost and all that it needs come from the npm
registry each time; so does the one package that it names elsewhere, which only its tests use.
Node 20 and MariaDB are looked for on the PATH; on Debian: apt install nodejs npm mariadb-server.
"""

from __future__ import annotations

import getpass
import json
import os
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from core import ports
from tests.workers import processes

VERSION = "5.130.6"  # the last that Node 20 runs
ELSEWHERE = {"mock-knex": "0.4.13"}
PROGRAMS = ("node", "npm", "mariadbd", "mariadb-install-db")
THEME = Path(__file__).resolve().parent / "ghost_site"
OPERATOR = {"name": "Operator", "email": "operator@matinee.example", "blogTitle": "Matinee"}
LONGEST_EXCERPT = 300


@dataclass(frozen=True)
class Site:
    """Where Ghost listens, and the two processes whose time its pages take."""

    port: int
    process: int
    database: int


@contextmanager
def made(told: Mapping[str, Any]) -> Iterator[Site]:
    """The site with the film that is ``told``; whatever it has started is killed at the end."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        raise SystemExit(f"Not on the PATH: {', '.join(missing)}. {__doc__.splitlines()[-1]}")
    folder, running = Path(tempfile.mkdtemp()), []
    try:
        program = _install(folder)
        database = _database(folder)
        running.append(database[1])
        port = ports.free()
        _configure(program, folder, port, database[0])
        ghost = _started(["node", "index.js"], cwd=program)
        running.append(ghost)
        processes.eventually(partial(processes.answers, f"http://127.0.0.1:{port}/"))
        _fill(f"http://127.0.0.1:{port}", told)
        yield Site(port, ghost.pid, database[1].pid)
    finally:
        for each in reversed(running):
            processes.kill(each)
        shutil.rmtree(folder)


def _install(folder: Path) -> Path:
    _ran("npm", "pack", f"ghost@{VERSION}", "--silent", cwd=folder)
    with tarfile.open(folder / f"ghost-{VERSION}.tgz") as packed:
        packed.extractall(folder, filter="data")
    program = folder / "package"
    wanted = json.loads((program / "package.json").read_text())
    wanted |= {"overrides": ELSEWHERE, "devDependencies": {}, "resolutions": {}}
    (program / "package.json").write_text(json.dumps(wanted))
    (program / "yarn.lock").unlink()
    how = ("--omit=dev", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund")
    _ran("npm", "install", *how, cwd=program)
    shutil.copytree(THEME, program / "content" / "themes" / "film")
    return program


def _database(folder: Path) -> tuple[dict[str, Any], subprocess.Popen[bytes]]:
    """How Ghost reaches its database, and the server that was started for it."""
    data, port, password = folder / "mariadb", ports.free(), secrets.token_hex()
    usual = ("--no-defaults", f"--datadir={data}", f"--user={getpass.getuser()}")
    _ran("mariadb-install-db", *usual, cwd=folder)
    first = folder / "first.sql"
    first.write_text(
        "create database ghost character set utf8mb4;\n"
        f"create user ghost@'127.0.0.1' identified by '{password}';\n"
        "grant all on ghost.* to ghost@'127.0.0.1';\n"
    )
    here = (f"--socket={folder / 'socket'}", "--bind-address=127.0.0.1", f"--port={port}")
    server = _started(["mariadbd", *usual, *here, f"--init-file={first}"], cwd=folder)
    reached = {"host": "127.0.0.1", "port": port, "user": "ghost", "password": password}
    return reached | {"database": "ghost"}, server


def _configure(program: Path, folder: Path, port: int, database: dict[str, Any]) -> None:
    """As its documentation has it for production, without asking anybody about updates."""
    said = {
        "url": f"http://127.0.0.1:{port}",
        "server": {"host": "127.0.0.1", "port": port},
        "database": {"client": "mysql", "connection": database},
        "logging": {"transports": ["file"], "path": str(folder)},
        "privacy": {"useUpdateCheck": False, "useGravatar": False, "useRpcPing": False},
        "security": {"staffDeviceVerification": False},
    }
    (program / "config.production.json").write_text(json.dumps(said))


def _fill(site: str, told: Mapping[str, Any]) -> None:
    asking, password = requests.Session(), secrets.token_hex()
    asking.headers.update({"Origin": site, "Accept-Version": "v5.0"})

    def said(method: str, path: str, given: dict[str, Any]) -> None:
        answer = asking.request(method, urljoin(f"{site}/ghost/api/admin/", path), json=given)
        if not answer.ok:
            raise SystemExit(f"Ghost refused {path}: {answer.text[:1000]}")

    # Until its tables are there it answers pages, and none of these.
    processes.eventually(lambda: asking.get(f"{site}/ghost/api/admin/site/").ok)
    said("post", "authentication/setup/", {"setup": [OPERATOR | {"password": password}]})
    said("post", "session/", {"username": OPERATOR["email"], "password": password})
    said("put", "themes/film/activate/", {})
    genres = [{"name": genre["name"]} for genre in told["genres"]]
    for film in told["films"]:
        whole = film["slug"] == told["slug"]
        post = {
            "title": f"{film['name']} ({film['year']})",
            "slug": film["slug"],
            "status": "published",
            "tags": genres if whole else genres[:1],
            "html": _told(told) if whole else "<p>A film.</p>",
            "custom_excerpt": told["fields"]["synopsis"][:LONGEST_EXCERPT] if whole else None,
        }
        said("post", "posts/?source=html", {"posts": [post]})


def _told(told: Mapping[str, Any]) -> str:
    """All that hangs on the film, as text that costs Ghost no query."""
    fields = told["fields"]
    facts = f"{fields['score']} of {fields['votes']} votes, {fields['runtime_minutes']} min"
    people = "".join(
        f'<li><a href="/tag/{slug}/">{escape(name)}</a> {escape(role or job)}</li>'
        for job, role, slug, name in told["credits"]
    )
    reviews = "".join(
        f"<h3>{escape(one['name'])}, {one['score']}/10, {one['written_on']}</h3>"
        f"<p>{escape(one['text'])}</p>"
        for one in told["reviews"]
    )
    return (
        f"<p>{facts}</p><p>{escape(fields['synopsis_long'])}</p>"
        f"<h2>Cast</h2><ul>{people}</ul><h2>Reviews</h2>{reviews}"
    )


def _started(words: list[str], *, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        cwd=cwd,
        env=os.environ | {"NODE_ENV": "production"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _ran(*words: str, cwd: Path) -> None:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words[:3])}: {done.stderr.strip()[-2000:]}")
