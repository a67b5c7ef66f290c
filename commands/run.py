"""``matinee run``: the whole of Matinee on one machine, started in order and stopped in order."""

from __future__ import annotations

import fcntl
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from commands.supervisor import Child, Supervisor, matinee
from core import migrations, ports, postgres
from core import settings as settings_room
from core.settings import PREFIX, Settings

CARDS = (
    ("4242 4242 4242 4242", "is charged"),
    ("4000 0025 0000 3155", "asks the holder to confirm"),
    ("4000 0000 0000 9995", "is declined at once"),
    ("4000 0000 0000 0341", "starts a trial, and is declined when it ends"),
)
SIGN_INS = (("ada@matinee.example", "a member"), ("operator@matinee.example", "the operator"))


@click.command()
def run() -> None:
    """Start everything, and stop it with Ctrl-C. The data stay."""
    found = settings_room.current()
    if not found.embedded:
        raise click.ClickException(
            "`matinee run` is for one machine on a desk. In production start `matinee web`, "
            "`matinee worker` and `matinee beat`."
        )
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)
    try:
        with _alone_in(found.home):
            _refuse_taken_ports(found)
            with _database(found):
                _run(found)
    except KeyboardInterrupt:
        click.echo("Everything has stopped. The data stay; `make run` goes on from here.")


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """One run a home folder: two would share a clock, a timetable and an inbox."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    with (home / "run" / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise click.ClickException(
                f"Matinee already runs from {home}. "
                f"A second copy needs its own {PREFIX}HOME and {PREFIX}PORT."
            ) from taken
        yield


def _refuse_taken_ports(found: Settings) -> None:
    for port in (found.port, found.sandbox_port, found.inbox_port):
        if not ports.is_free(port, found.host):
            raise click.ClickException(
                f"Port {port} is in use. Choose another with {PREFIX}PORT=8100: "
                "the site takes that one, and two services the two after it."
            )


@contextmanager
def _database(found: Settings) -> Iterator[None]:
    if found.database_url is not None:
        yield
        return
    click.echo("Starting PostgreSQL …")
    with postgres.hold(found.home):
        yield


def _run(found: Settings) -> None:
    supervisor = Supervisor(found.home / "logs")
    try:
        click.echo("Bringing the database up to date …")
        migrations.upgrade()
        click.echo("Starting the Stripe sandbox and the inbox …")
        supervisor.start(*_neighbours(found))
        click.echo("Preparing the demo …")
        _seed(found)
        click.echo("Starting the site, the worker and the timetable …")
        supervisor.start(*_ours(found))
        click.echo(_table(found))
        supervisor.watch()
    finally:
        click.echo("\nStopping …")
        supervisor.stop()


def _neighbours(found: Settings) -> tuple[Child, ...]:
    sandbox, inbox = (f"http://127.0.0.1:{port}" for port in (found.sandbox_port, found.inbox_port))
    return (
        Child("sandbox", matinee("sandbox"), answers=f"{sandbox}/_sandbox/health"),
        Child("inbox", matinee("inbox"), answers=f"{inbox}/health"),
    )


def _ours(found: Settings) -> tuple[Child, ...]:
    return (
        Child("web", matinee("web"), answers=f"http://127.0.0.1:{found.port}/readyz"),
        Child("worker", matinee("worker"), says="ready."),
        Child("beat", matinee("beat"), says="beat: Starting"),
    )


def _seed(found: Settings) -> None:
    """Fill the demo in; what is there already stays as it is."""
    log = found.home / "logs" / "seed.log"
    with log.open("a") as words:
        done = subprocess.run(
            matinee("catalog", "seed"), stdout=words, stderr=words, check=False
        ).returncode
    if done:
        raise click.ClickException(f"The demo could not be prepared: see {log}")


def _table(found: Settings) -> str:
    """Addresses, sign-ins, test cards and how to stop."""
    kept = found.home / "secrets" / "demo_password"
    password = kept.read_text().strip() if kept.exists() else "-"
    local = f"http://127.0.0.1:{found.sandbox_port}"
    rows = [
        ("Site", found.origin, ""),
        ("Operator desk", f"{found.origin}/desk", ""),
        ("Inbox", f"http://127.0.0.1:{found.inbox_port}", "every e-mail that is sent"),
        ("Stripe sandbox", local, "payments, and the clock of the demo"),
        *(("Sign in", address, f"{who}, password {password}") for address, who in SIGN_INS),
        *(("Test card", number, what) for number, what in CARDS),
        ("Logs", str(found.home / "logs"), ""),
        ("Stop", "Ctrl-C", "the data stay"),
    ]
    first, second = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    lines = (f"  {name:<{first}}{value:<{second}}{note}".rstrip() for name, value, note in rows)
    return "\n" + "\n".join(lines) + "\n"
