"""Serves the application over sockets, and does what a server does by itself: tick and deliver."""

import logging
import threading
import time
from wsgiref.types import WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import deliveries
from .app import Sandbox

log = logging.getLogger("sandbox")
TICK_SECONDS = 0.5
DELIVER_SECONDS = 0.05


class QuietHandler(WSGIRequestHandler):
    """Answers over HTTP/1.1, so that clients keep their connection, and logs no requests."""

    protocol_version = "HTTP/1.1"

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """A planned fault broke the connection off: close it without an answer."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing about requests that were answered."""


def serve(sandbox: Sandbox, host: str, port: int) -> BaseWSGIServer:
    """A threaded server for the application, listening but not yet serving."""
    return make_server(host, port, sandbox, threaded=True, request_handler=QuietHandler)


class Background:
    """Two threads: one runs what falls due as time passes, one delivers webhooks in order."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._tick, daemon=True),
            threading.Thread(target=self._deliver, daemon=True),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is in hand, within a second."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=1)

    def _tick(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            self._sandbox.engine.run_due()

    def _deliver(self) -> None:
        engine = self._sandbox.engine
        while not self._stop.wait(DELIVER_SECONDS):
            with engine.lock:
                waiting = [row["id"] for row in deliveries.pending(engine, time.time())]
            for id in waiting:
                if self._stop.is_set():
                    return
                deliveries.attempt(engine, id, self._sandbox.deliver)
