"""The whole product, started as ``make run`` starts it, in a home and on ports of a test's own."""

from __future__ import annotations

import email
import email.policy
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen

from catalog import encoding, seeding
from core import clock, migrations, postgres
from core import db as core_db

ROOT = Path(__file__).resolve().parents[2]
READY = ["Stop", "Ctrl-C"]  # how the last line of the printed table begins
BELOW_THOSE_OF_CLIENTS = range(20_000, 32_000, 4)
SECONDS_TO_STOP = 60
SECONDS_OF_A_CLIP = 2


@dataclass(frozen=True)
class Stack:
    """A running product: where it is and how its command line is called."""

    home: Path
    port: int

    @property
    def site(self) -> str:
        """The site's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What moves a command of ours to this copy."""
        return {
            **os.environ,
            "MATINEE_HOME": str(self.home),
            "MATINEE_PORT": str(self.port),
            "SANDBOX_RECORD": str(self.traffic),
        }

    @property
    def traffic(self) -> Path:
        """Where the sandbox writes down what it was asked and what it answered."""
        return self.home.parent / "traffic.jsonl"

    def matinee(self, *words: str) -> str:
        """What ``matinee …`` prints here; raises when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "commands", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def mails(self) -> list[EmailMessage]:
        """What has arrived in the local inbox, oldest first."""
        files = sorted((self.home / "inbox").glob("*.eml"))
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in files
        ]

    def password(self) -> str:
        """The password of the demo's accounts."""
        return (self.home / "secrets" / "demo_password").read_text().strip()

    def answers(self) -> bool:
        """Whether the site says that it is ready."""
        with urlopen(f"{self.site}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)


@contextmanager
def running(home: Path, port: int | None = None) -> Iterator[Stack]:
    """Start everything; at the end of the block press Ctrl-C, and see that it stops."""
    stack = Stack(home, port or _free_block())
    process = subprocess.Popen(
        [sys.executable, "-m", "commands", "run"],
        cwd=ROOT,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_for_table(process)
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS_TO_STOP)


def furnish(home: Path) -> None:
    """Have the demo's films in a home that is in force, with clips of two seconds: a start finds
    them made, which takes it half a minute less. The first start of all is another story's."""
    with postgres.hold(home, fsync=False):
        migrations.upgrade()
        core_db.connect()
        with core_db.transaction() as db:
            seeding.load(db, now=clock.now())
            encoding.attach(
                db,
                home,
                now=clock.now(),
                film_seconds=SECONDS_OF_A_CLIP,
                trailer_seconds=SECONDS_OF_A_CLIP,
            )
        core_db.Sessions.kw["bind"].dispose()
        core_db.Sessions.configure(bind=None)


def _wait_for_table(process: subprocess.Popen[str]) -> None:
    """Read what is printed up to its last line; the end of the output means that it failed."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.split()[:2] == READY:
            return
    raise AssertionError("the product did not start:\n" + "".join(said))


def _free_block() -> int:
    """A port that is free together with the three after it, and that no client is given by chance
    before the product listens there."""
    while True:
        port = random.choice(BELOW_THOSE_OF_CLIENTS)  # noqa: S311  # any will do
        if all(_is_free(port + more) for more in range(4)):
            return port


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
