"""The embedded PostgreSQL of a home folder: started, shared and stopped without any set-up."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from core import ports, postgres_data, postgres_programs
from core.postgres_programs import PostgresDown, Programs

__all__ = ["PostgresDown", "hold", "running_url", "start", "stop"]

PATIENCE_SECONDS = 60
ATTEMPTS = 20
PASSING = ("is still in use", "Address already in use")
NO_PROCESS = 2**31 - 1


def running_url(home: Path) -> str:
    """The address of the server that runs in ``home/postgres``.

    Raises ``PostgresDown`` where none answers.
    """
    instance = _instance(home)
    if _postmaster(instance) is None or not _answers(instance):
        raise PostgresDown(
            f"The embedded PostgreSQL in {instance} is not running. "
            "Start it with `make run`, or set MATINEE_DATABASE_URL to a server of your own."
        )
    return _url(instance)


@contextmanager
def hold(home: Path, *, fsync: bool = True) -> Iterator[str]:
    """Have the server of ``home`` running for the block, and stop it if nobody else holds it.

    Holders share a lock on a file, which the system frees when a holder is killed.
    """
    instance = _instance(home)
    with _file(instance, "holders.lock") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        try:
            with _alone(instance):
                url = _started(instance, fsync=fsync)
            yield url
        finally:
            with _alone(instance):
                if _was_last(holders):
                    _stopped(instance)


def start(home: Path, *, fsync: bool = True) -> str:
    """Start the server of ``home``, or find it running; the answer is its address.

    ``fsync=False`` is for data that may be lost with the machine: tests. They find a socket in its
    data folder, which is nearer than the address.
    """
    instance = _instance(home)
    with _alone(instance):
        return _started(instance, fsync=fsync)


def stop(home: Path) -> None:
    """Stop the server of ``home``, whoever holds it. Nothing happens where none runs."""
    instance = _instance(home)
    with _alone(instance):
        _stopped(instance)


def _instance(home: Path) -> Path:
    return home.resolve() / "postgres"


def _file(instance: Path, name: str) -> IO[str]:
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    return (instance / name).open("a")


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """One starter or stopper at a time."""
    with _file(instance, "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _was_last(holders: IO[str]) -> bool:
    """Let go of the shared lock; having the whole of it then means that nobody else holds."""
    fcntl.flock(holders, fcntl.LOCK_UN)
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _started(instance: Path, *, fsync: bool) -> str:
    if _survives(instance):
        return _url(instance)
    programs = postgres_programs.find(instance)
    if not postgres_data.exists(instance):
        postgres_data.create(instance, programs)
    _launch(instance, programs, fsync=fsync)
    if not _answers(instance):
        postgres_data.create_database(instance, _port(instance))
    return _url(instance)


def _survives(instance: Path) -> bool:
    """Whether a server started earlier answers, after it has recovered if it must. Or it dies."""
    complaint = f"PostgreSQL in {instance} runs and does not answer."
    _wait(lambda: _postmaster(instance) is None or _answers(instance), complaint)
    return _postmaster(instance) is not None


def _launch(instance: Path, programs: Programs, *, fsync: bool) -> None:
    """``pg_ctl start``, again for a while where the children of a killed server still live."""
    _forget_stranger(instance)
    for _ in range(ATTEMPTS):
        options = f"-p {_free_port(instance)}"
        if not fsync:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -k ."
        size = postgres_data.log_size(instance)
        with postgres_data.log(instance).open("ab") as output:
            failed = programs.run(
                *("pg_ctl", "start", "-w", "-t", str(PATIENCE_SECONDS)),
                *("-D", str((instance / "data").resolve()), "-o", options),
                output=output,
            )
        if not failed:
            return
        said = postgres_data.said_since(instance, size)
        if not any(reason in said for reason in PASSING):
            break
        time.sleep(0.25)
    log, reason = postgres_data.log(instance), postgres_data.loudest(said)
    raise PostgresDown(f"PostgreSQL in {instance} does not start: {reason} (more in {log})")


def _stopped(instance: Path) -> None:
    pid = _postmaster(instance)
    if pid is not None:
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast": what is open is undone, the rest kept
        _wait(lambda: _postmaster(instance) is None, f"PostgreSQL in {instance} does not stop.")


def _wait(until: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        if time.monotonic() > deadline:
            raise PostgresDown(complaint)
        time.sleep(0.05)


def _postmaster(instance: Path) -> int | None:
    """The process id of the server, if the one written down lives and is a PostgreSQL."""
    pid = _written_pid(instance)
    return pid if pid is not None and _is_postgres(pid) else None


def _written_pid(instance: Path) -> int | None:
    try:
        first = (instance / "data" / "postmaster.pid").read_text().split("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _is_postgres(pid: int) -> bool:
    """Whether ``pid`` is a living process called postgres; a dead one not yet collected is not."""
    if not Path("/proc/self/stat").exists():
        said = subprocess.run(
            ["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return "postgres" in said.stdout and not said.stdout.startswith("Z")
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "(postgres)" in stat and not stat.rpartition(")")[2].lstrip().startswith("Z")


def _forget_stranger(instance: Path) -> None:
    """Replace a process id that another program has taken since the last start.

    PostgreSQL would see that program alive and refuse. The rest of the file stays, so that it
    still finds out by itself whether children of a killed server hold the shared memory.
    """
    path = instance / "data" / "postmaster.pid"
    if _written_pid(instance) is not None:
        rest = path.read_text().partition("\n")[2]
        path.write_text(f"{NO_PROCESS}\n{rest}")


def _free_port(instance: Path) -> int:
    """The port written down last time, while it is free; otherwise a new one, written down."""
    path = instance / "port"
    port = ports.free(int(path.read_text()) if path.exists() else None)
    path.write_text(str(port))
    return port


def _port(instance: Path) -> int:
    return int((instance / "port").read_text())


def _url(instance: Path) -> str:
    name, password = postgres_data.NAME, postgres_data.secret(instance, "owner")
    return f"postgresql://{name}:{password}@127.0.0.1:{_port(instance)}/{name}"


def _answers(instance: Path) -> bool:
    try:
        psycopg.connect(_url(instance), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
