"""Runs programs beside each other: starts them in order, waits for each, stops them in order."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import click

from commands.main import PARENT

LOUD = re.compile(r"\b(WARNING|ERROR|CRITICAL|Traceback)\b")
READY_SECONDS = 120
STOP_SECONDS = 9
ROTATE_BYTES = 10_000_000


class ChildEnded(click.ClickException):
    """A program ended although nobody asked it to; the message names its log."""


@dataclass
class Child:
    """One program: how it is started, and how one sees that it is ready.

    ``answers`` is an address that gives 200 then; ``says`` is what it then writes.
    """

    name: str
    arguments: Sequence[str]
    answers: str | None = None
    says: str | None = None
    process: subprocess.Popen[str] | None = field(default=None, init=False)
    reader: threading.Thread | None = field(default=None, init=False)
    has_said: threading.Event = field(default_factory=threading.Event, init=False)

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether it answers, or has said so."""
        if self.answers is None:
            return self.says is None or self.has_said.is_set()
        # Straight to this machine, whatever proxy the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.answers, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class Supervisor:
    """Children with one log file each in ``logs``; warnings and worse also reach the terminal."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.logs = logs
        self.stages: list[list[Child]] = []

    def start(self, *children: Child) -> None:
        """Start these side by side and wait until each is ready.

        Raises ``ChildEnded`` for one that ends instead or takes longer than two minutes.
        """
        self.stages.append([])
        for child in children:
            self._launch(child)
        deadline = time.monotonic() + READY_SECONDS
        for child in children:
            while not child.is_ready:
                self._all_run()
                if time.monotonic() > deadline:
                    raise ChildEnded(self._about(child, "does not answer"))
                time.sleep(0.1)

    def watch(self) -> None:
        """Return never: raises ``ChildEnded`` as soon as one child has ended."""
        while True:
            self._all_run()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop every child, the ones started last first, each group killed after nine seconds.

        Killing is safe: what a worker had in hand comes back to the next one. Being interrupted
        again kills at once.
        """
        try:
            while self.stages:
                _end(self.stages[-1])
                self.stages.pop()
        finally:
            for child in chain.from_iterable(self.stages):
                _kill(child)

    def log(self, child: Child) -> Path:
        """Where a child's words go."""
        return self.logs / f"{child.name}.log"

    def _launch(self, child: Child) -> None:
        log = self.log(child)
        if log.exists() and log.stat().st_size > ROTATE_BYTES:
            log.rename(log.with_suffix(".log.1"))
        child.process = subprocess.Popen(
            child.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            bufsize=1,
            env=os.environ | {PARENT: str(os.getpid()), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self.stages[-1].append(child)
        child.reader = threading.Thread(target=self._read, args=[child], daemon=True)
        child.reader.start()

    def _read(self, child: Child) -> None:
        assert child.process is not None and child.process.stdout is not None
        with child.process.stdout as words, self.log(child).open("a", buffering=1) as log:
            for line in words:
                log.write(line)
                if child.says and child.says in line:
                    child.has_said.set()
                if LOUD.search(line):
                    click.echo(f"{child.name:>8} | {_short(line)}", err=True)

    def _all_run(self) -> None:
        for child in chain.from_iterable(self.stages):
            if not child.is_running:
                raise ChildEnded(self._about(child, "has ended"))

    def _about(self, child: Child, what: str) -> str:
        return f"{child.name} {what}: see {self.log(child)}"


def matinee(*words: str) -> list[str]:
    """The command line that runs ``matinee`` with these words, in this environment."""
    return [sys.executable, "-P", "-m", "commands", *words]


def _end(stage: list[Child]) -> None:
    """Ask each to leave, and kill what has not left in time."""
    for child in stage:
        if child.process is not None and child.is_running:
            # The leader alone: it lets its own children finish what they have in hand.
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in stage:
        if child.process is not None:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
        _kill(child)


def _kill(child: Child) -> None:
    """Kill what is left of a child's group: it began a session of its own."""
    if child.process is not None:
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
    if child.reader is not None:
        child.reader.join(1)


def _short(line: str) -> str:
    """A log line for the terminal: the words of a JSON one, any other as it is."""
    try:
        said = json.loads(line)
    except ValueError:
        return line.rstrip()
    return f"{said.get('levelname', '')} {said.get('message', '')}".strip()
