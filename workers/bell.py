"""The bell: tells a worker to look now. It never makes a request wait, and may stay silent."""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any

from celery import Task
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerAway

log = logging.getLogger(__name__)

_waiting: queue.Queue[tuple[Task[Any, Any], tuple[object, ...]]] = queue.Queue(maxsize=1000)
_ringer: list[threading.Thread] = []
_one_ringer = threading.Lock()


def ring(task: Task[Any, Any], *args: object) -> None:
    """Ask for ``task(*args)`` soon, without waiting for the broker.

    A thread of its own speaks to the broker, so one that is down or silent costs the request
    nothing. What is not rung is found by the sweep.
    """
    try:
        _waiting.put_nowait((task, args))
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
        task, args = _waiting.get()
        try:
            task.apply_async(args)
        except (BrokerAway, KombuError, OSError) as silent:
            log.warning("bell.silent", extra={"error": type(silent).__name__})
