"""The bell: tells a worker to look now. It never makes a request wait, and may stay silent."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from celery import Task
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerAway

log = logging.getLogger(__name__)

LINGER_SECONDS = 0.05
"""How long the ringer waits for more of the same: a burst of news comes within that."""


class _Ring(NamedTuple):
    task: Task[Any, Any]
    args: tuple[object, ...]
    burst: str | None


_waiting: queue.Queue[_Ring] = queue.Queue(maxsize=1000)
_ringer: list[threading.Thread] = []
_one_ringer = threading.Lock()


def ring(task: Task[Any, Any], *args: object, burst: str | None = None) -> None:
    """Ask for ``task(*args)`` soon, without waiting for the broker.

    A thread of its own speaks to the broker, so one that is down or silent costs the request
    nothing. Of rings of one ``burst`` that wait together the last is rung, for all of them. What
    is not rung is found by the sweep.
    """
    try:
        _waiting.put_nowait(_Ring(task, args, burst))
    except queue.Full:
        log.warning("bell.full")
    with _one_ringer:
        if not _ringer or not _ringer[0].is_alive():
            # Celery reads its configuration and binds its tasks at first use, and two threads at
            # once spoil it: it is done here, before there is a second one.
            task.app.finalize()
            _ringer[:] = [threading.Thread(target=_run, name="bell", daemon=True)]
            _ringer[0].start()


def _run() -> None:
    while True:
        first = _waiting.get()
        if first.burst is not None:
            time.sleep(LINGER_SECONDS)
        for one in together([first, *_all_waiting()]):
            _send(one)


def _all_waiting() -> Iterator[_Ring]:
    with suppress(queue.Empty):
        while True:
            yield _waiting.get_nowait()


def together(rings: list[_Ring]) -> list[_Ring]:
    """Those of ``rings`` that must be rung: of a burst the last one."""
    last = {ring.burst: ring for ring in rings if ring.burst is not None}
    return [ring for ring in rings if ring.burst is None or last[ring.burst] is ring]


def _send(one: _Ring) -> None:
    try:
        one.task.apply_async(one.args)
    except (BrokerAway, KombuError, OSError) as silent:
        log.warning("bell.silent", extra={"error": type(silent).__name__})
