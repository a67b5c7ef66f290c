"""Processes of the product for stories in which one is killed: site and worker, on real brokers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

from core import settings
from sandbox.app import Sandbox
from sandbox.server import serve
from tests import stripe_in_process

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@dataclass
class Processes:
    """What was started, each in a group of its own; whatever is left is killed at the end."""

    environment: dict[str, str]
    port: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, **over: str) -> subprocess.Popen[bytes]:
        """Start ``matinee <name>``; settings are given without their prefix."""
        more = {f"{settings.PREFIX}{key.upper()}": value for key, value in over.items()}
        started = subprocess.Popen(
            [sys.executable, "-m", "commands", name],
            cwd=ROOT,
            env={**os.environ, **self.environment, **more},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running.append(started)
        return started

    def start_site(self, **over: str) -> None:
        """Start the site and wait until it answers."""
        self.start("web", **over)
        eventually(lambda: answers(f"http://127.0.0.1:{self.port}/healthz"))

    def deliver(self, body: bytes, headers: dict[str, str]) -> int:
        """Post one delivery to the site; an answer that takes five seconds is none."""
        asked = Request(f"http://127.0.0.1:{self.port}/webhooks/stripe", body, headers)
        with urlopen(asked, timeout=5) as answer:
            return int(answer.status)


def kill(process: subprocess.Popen[bytes]) -> None:
    """``kill -9`` for a process and everything that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def beside(database_url: str, home: Path, sandbox: Sandbox) -> Iterator[Processes]:
    """A sandbox on a socket, and a place to start the product's processes in."""
    server = serve(sandbox, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = {
        "home": str(home),
        "port": str(port),
        "database_url": database_url,
        "stripe_base_url": f"http://127.0.0.1:{server.server_port}",
        "stripe_secret_key": stripe_in_process.KEY,
        "redelivery_seconds": "12",  # as always longer than the first wait of an event
    }
    environment = {f"{settings.PREFIX}{key.upper()}": value for key, value in said.items()}
    processes = Processes(environment, port)
    try:
        yield processes
    finally:
        for each in processes.running:
            kill(each)
        server.shutdown()
        server.server_close()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until other processes have made ``condition`` true; fails after a minute."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true within a minute")
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
