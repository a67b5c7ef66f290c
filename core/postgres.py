"""The embedded PostgreSQL of a home folder: started, shared and stopped without any set-up."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from core import postgres_data, postgres_programs
from core.postgres_programs import PostgresDown, Programs

__all__ = ["PostgresDown", "hold", "running_url", "start", "stop"]

PATIENCE_SECONDS = 60
RETRIED = ("is still in use", "Address already in use", "another server might be running")
ATTEMPTS = 12


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
    with _locked(instance, "holders.lock", fcntl.LOCK_UN) as holders:
        with _locked(instance, "start.lock"):
            url = _started(instance, fsync=fsync)
            fcntl.flock(holders, fcntl.LOCK_SH)
        try:
            yield url
        finally:
            with _locked(instance, "start.lock"):
                if _held_by_none_else(holders):
                    _stopped(instance)


def start(home: Path, *, fsync: bool = True) -> str:
    """Start the server of ``home``, or find it running; the answer is its address.

    ``fsync=False`` is for data that may be lost with the machine: tests.
    """
    instance = _instance(home)
    with _locked(instance, "start.lock"):
        return _started(instance, fsync=fsync)


def stop(home: Path) -> None:
    """Stop the server of ``home``, whoever holds it. Nothing happens where none runs."""
    instance = _instance(home)
    with _locked(instance, "start.lock"):
        _stopped(instance)


def _instance(home: Path) -> Path:
    return home.resolve() / "postgres"


@contextmanager
def _locked(instance: Path, name: str, how: int = fcntl.LOCK_EX) -> Iterator[IO[str]]:
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (instance / name).open("a") as lock:
        fcntl.flock(lock, how)
        yield lock


def _held_by_none_else(holders: IO[str]) -> bool:
    fcntl.flock(holders, fcntl.LOCK_UN)
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _started(instance: Path, *, fsync: bool) -> str:
    if _postmaster(instance) is not None:
        # Started earlier, and perhaps still recovering from a crash.
        _wait(lambda: _answers(instance), f"PostgreSQL in {instance} runs and does not answer.")
        return _url(instance)
    programs = postgres_programs.find(instance)
    if not postgres_data.exists(instance):
        postgres_data.create(instance, programs)
    _launch(instance, programs, fsync=fsync)
    if not _answers(instance):
        postgres_data.create_database(instance, _port(instance))
    return _url(instance)


def _launch(instance: Path, programs: Programs, *, fsync: bool) -> None:
    """``pg_ctl start``, again for a while where the children of a killed server still live."""
    (instance / "data" / "postmaster.pid").unlink(missing_ok=True) if _is_stale(instance) else None
    risky = "" if fsync else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    log = postgres_data.log(instance)
    for _ in range(ATTEMPTS):
        before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            failed = programs.run(
                *("pg_ctl", "start", "-w", "-t", str(PATIENCE_SECONDS)),
                *("-D", str(instance / "data"), "-o", f"-p {_free_port(instance)}{risky}"),
                output=output,
            )
        if not failed:
            return
        said = log.read_bytes()[before:].decode(errors="replace")
        if not any(reason in said for reason in RETRIED):
            break
        time.sleep(0.25)
    raise PostgresDown(
        f"PostgreSQL does not start in {instance}: {postgres_data.last_words(instance)}"
    )


def _stopped(instance: Path) -> None:
    pid = _postmaster(instance)
    if pid is not None:
        os.kill(pid, signal.SIGINT)  # "fast": open transactions are undone, the rest is written
        _wait(lambda: _postmaster(instance) is None, f"PostgreSQL in {instance} does not stop.")


def _wait(until: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        if time.monotonic() > deadline:
            raise PostgresDown(f"{complaint} {postgres_data.last_words(instance=...)}")
        time.sleep(0.05)


def _url(instance: Path) -> str:
    password, name = postgres_data.secret(instance, "owner"), postgres_data.NAME
    return f"postgresql://{name}:{password}@127.0.0.1:{_port(instance)}/{name}"
