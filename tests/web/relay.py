"""A line to a database that a test can make silent, as if the server stood still."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Passes on what both ends say until it is told to be ``silent``."""

    def __init__(self, host: str, port: int) -> None:
        self.there = (host, port)
        self.silent = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]

    def serve(self) -> None:
        """Take connections until the listening end is closed."""
        with suppress(OSError):
            while True:
                here, _ = self.listening.accept()
                there = socket.create_connection(self.there)
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, said_by: socket.socket, told: socket.socket) -> None:
        with suppress(OSError), said_by:
            while said := said_by.recv(65_536):
                if not self.silent.is_set():
                    told.sendall(said)
            told.shutdown(socket.SHUT_WR)


@contextmanager
def relay(host: str, port: int) -> Iterator[Relay]:
    """A relay that serves while the block runs."""
    made = Relay(host, port)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.listening.shutdown(socket.SHUT_RDWR)
        made.listening.close()
