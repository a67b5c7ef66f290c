"""A site on a port of its own, for a browser: the standard library's server, a thread a request.

It closes what it sends even where the browser hangs up in the middle; the development server of
Werkzeug leaves such a file open when the connection is reset while it looks for remaining input.
What a browser that has gone still asked for is answered to its end before the site is taken away,
so that no connection to the database is left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 10.0


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Answers many at once, as a browser asks; the threads end with the process."""

    daemon_threads = True
    request_queue_size = 64


class QuietHandler(WSGIRequestHandler):
    """Logs no requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Asked:
    """The app while it is open, and how many requests it is answering now."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app, self.number, self.changed = app, 0, threading.Condition()
        self.is_open = True

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with self.changed:
            if not self.is_open:
                start("503 Service Unavailable", [])
                return []
            self.number += 1
        try:
            return self.app(environ, start)
        finally:
            with self.changed:
                self.number -= 1
                self.changed.notify_all()

    def close(self) -> None:
        """Answer what is being answered, and nothing that arrives from now on."""
        with self.changed:
            self.is_open = False
            self.changed.wait_for(lambda: self.number == 0, PATIENCE)


@contextmanager
def served(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve ``app`` on a port of loopback, a free one unless it is named; answers its address."""
    asked = _Asked(app)
    server = make_server(
        "127.0.0.1", port, asked, server_class=ThreadingServer, handler_class=QuietHandler
    )
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        asked.close()
        server.server_close()
