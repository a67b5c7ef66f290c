"""Asks a server the same thing many times over kept connections, and reads what that cost it."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32


@dataclass(frozen=True)
class Cost:
    """What one request cost: the server's processor time, and how long it took in the stream."""

    cpu_seconds: float
    wall_seconds: float


@dataclass
class Line:
    """One kept connection with the answer that is arriving on it."""

    sock: socket.socket
    missing: int = 0
    head: bytes = b""


def request(path: str, **headers: str) -> bytes:
    """The bytes of a GET."""
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{said}\r\n".encode()


def ask(port: int, asked: bytes) -> tuple[bytes, bytes]:
    """One answer, its head and its body, of a request that says ``Connection: close``."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(asked)
        while arrived := sock.recv(65_536):
            said += arrived
    head, _, body = said.partition(b"\r\n\r\n")
    return head, body


def cost(
    port: int, pids: tuple[int, ...], asked: bytes, times: int, status: bytes = b"200"
) -> Cost:
    """Ask ``times`` times over kept connections, and share among them what it cost ``pids``."""
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(sock, selectors.EVENT_READ, Line(sock))
    lines = [key.data for key in selector.get_map().values()]
    before, began = sum(map(used, pids)), time.perf_counter()
    for line in lines:
        line.sock.sendall(asked)
    done, sent = 0, CONNECTIONS
    while done < times:
        for key, _ in selector.select():
            if _took(key.data, status):
                done += 1
                if sent < times:
                    key.data.sock.sendall(asked)
                    sent += 1
    taken, cpu = time.perf_counter() - began, sum(map(used, pids)) - before
    for line in lines:
        line.sock.close()
    return Cost(cpu / times, taken / times)


def _took(line: Line, status: bytes) -> bool:
    """Read what has arrived; whether the answer is whole now."""
    data = line.sock.recv(262_144)
    if not data:
        raise SystemExit("The server hung up.")
    if line.missing:
        line.missing -= len(data)
        return line.missing == 0
    line.head += data
    head, found, body = line.head.partition(b"\r\n\r\n")
    if not found:
        return False
    if head[9:12] != status:
        raise SystemExit(f"The server answered {head[:15].decode()}.")
    line.head, line.missing = b"", _length(head) - len(body)
    return line.missing == 0


def _length(head: bytes) -> int:
    if head[9:12] == b"304":
        return 0
    lowered = head.lower()
    at = lowered.index(b"content-length:") + 15
    return int(lowered[at:].split(b"\r\n", 1)[0])


def used(pid: int) -> float:
    """The processor time in seconds that a process, its threads and its children have used."""
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    own = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return own + sum(used(int(child)) for child in children)
