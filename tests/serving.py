"""A site on a port of its own, for a browser: the standard library's server, a thread a request.

It closes what it sends even where the browser hangs up in the middle; the development server of
Werkzeug leaves such a file open when the connection is reset while it looks for remaining input.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import WSGIApplication


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Answers many at once, as a browser asks; the threads end with the process."""

    daemon_threads = True
    request_queue_size = 64


class QuietHandler(WSGIRequestHandler):
    """Logs no requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve ``app`` on a port of loopback, a free one unless it is named; answers its address."""
    server = make_server(
        "127.0.0.1", port, app, server_class=ThreadingServer, handler_class=QuietHandler
    )
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
