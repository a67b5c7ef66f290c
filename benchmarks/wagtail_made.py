"""A Wagtail site of one film: made in a folder and an environment of its own, filled and served.

Its files stand in ``benchmarks/wagtail_site`` and are read by that environment's Python alone;
what ``requirements/wagtail.txt`` pins is installed from the registry each time.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core import ports
from tests.workers import processes

ROOT = Path(__file__).resolve().parents[1]
SITE, PINS = ROOT / "benchmarks" / "wagtail_site", ROOT / "requirements" / "wagtail.txt"
APPLICATION = "django.core.wsgi:get_wsgi_application"
VERSIONS = """
import platform, django, wagtail
print(f"Wagtail {wagtail.__version__}, Django {django.__version__}, "
      f"Python {platform.python_version()}")
"""
# With the options of ``commands/processes.py``, and one thread.
GUNICORN = ("--worker-class", "gthread", "--threads", "1", "--workers", "1", "--keep-alive", "15")
GRANIAN = ("--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-ws")


@dataclass
class Site:
    """The site in ``folder``, with its database; whatever it has started is killed at the end."""

    folder: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def bin(self) -> Path:
        """Where the programs of its environment are."""
        return self.folder / "venv" / "bin"

    def run(self, *words: str) -> str:
        """What its Python prints, of which the last words are told where it fails."""
        python, where = str(self.bin / "python"), self.folder / "site"
        done = _ran(python, *words, cwd=where, env=self.environment)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stderr.strip()[-2000:]}")
        return done.stdout.strip()

    def serve(self, program: str, path: str) -> tuple[int, int]:
        """Serve it by one program of one process and thread; the port and the process."""
        port = ports.free()
        words = {
            "gunicorn": [*GUNICORN, "--bind", f"127.0.0.1:{port}", f"{APPLICATION}()"],
            "granian": [
                *(*GRANIAN, "--runtime-mode", "st", "--host", "127.0.0.1"),
                *("--port", str(port), "--factory", APPLICATION),
            ],
        }
        process = subprocess.Popen(
            [str(self.bin / program), *words[program]],
            cwd=self.folder / "site",
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running.append(process)
        processes.eventually(partial(processes.answers, f"http://127.0.0.1:{port}{path}"))
        return port, process.pid


@contextmanager
def made(database_url: str, told: dict[str, Any]) -> Iterator[Site]:
    """The site with the film that is ``told``, in an empty database."""
    folder = Path(tempfile.mkdtemp())
    site = Site(folder, _environment(database_url))
    try:
        _install(folder)
        shutil.copytree(SITE, folder / "site")
        (folder / "film.json").write_text(json.dumps(told, default=str))
        for command in ("makemigrations films", "migrate", f"fill {folder / 'film.json'}"):
            site.run("-m", "django", *command.split(" ", 1))
        yield site
    finally:
        for each in site.running:
            processes.kill(each)
        shutil.rmtree(folder)


def _environment(database_url: str) -> dict[str, str]:
    """This one's, without what would lead its Python into our packages."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return usual | {
        "DJANGO_SETTINGS_MODULE": "settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_hex(),
        "PYTHONPATH": ".",
    }


def _install(folder: Path) -> None:
    """With uv, which is quick; with pip where uv fails, which knows this machine's mirrors."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    locked = ("install", "--quiet", "--require-hashes", "-r", str(PINS))
    uv = (str(Path(sys.executable).with_name("uv")), "pip", *locked, "--compile-bytecode")
    if _ran(*uv, "--python", python).returncode:
        done = _ran(python, "-m", "pip", "--disable-pip-version-check", *locked)
        if done.returncode:
            raise SystemExit(f"Wagtail could not be installed: {done.stderr.strip()[-2000:]}")


def _ran(*words: str, **over: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, **over)
