"""How long a stored event takes beside an empty answer, through a real gunicorn on loopback.

``python -m benchmarks.webhook``: one run, both alternately, p50 and p99 and their ratio.
"""

from __future__ import annotations

import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path

import sandbox.app
from core import settings
from sandbox.deliveries import signature
from tests import databases
from tests.workers import processes

ROUNDS, AT_ONCE = 20, 100
WARM_UP = 200
GOALS = {"p50": 4.0, "p99": 10.0}


def main() -> None:
    """Measure, print, and say whether the goals are met."""
    home = Path(tempfile.mkdtemp())
    settings.use(settings.Settings(_env_file=None, home=home))
    secret = settings.current().webhook_secrets[0]
    there = sandbox.app.create()
    with (
        databases.server() as server,
        databases.clone(server, "webhook") as url,
        processes.beside(url, home, there) as beside,
    ):
        beside.start_site()
        empty, stored = _measured(beside.port, secret)
    for name, share in (("p50", 0.50), ("p99", 0.99)):
        nothing, kept = (at(times, share) for times in (empty, stored))
        print(
            f"{name}: empty {nothing * 1e3:.2f} ms, stored {kept * 1e3:.2f} ms, "
            f"{kept / nothing:.1f} times (goal {GOALS[name]:.0f})"
        )


def _measured(port: int, secret: str) -> tuple[list[float], list[float]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    empty: list[float] = []
    stored: list[float] = []
    for number in range(WARM_UP):
        _store(line, secret, f"evt_warm_{number}")
        _empty(line)
    for turn in range(ROUNDS):
        empty += [_empty(line) for _ in range(AT_ONCE)]
        stored += [_store(line, secret, f"evt_{turn}_{number}") for number in range(AT_ONCE)]
    return empty, stored


def _empty(line: http.client.HTTPConnection) -> float:
    return _timed(line, "GET", "/healthz", None, {})


def _store(line: http.client.HTTPConnection, secret: str, name: str) -> float:
    thing = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "text": "x" * 2_000}
    said = {"id": name, "object": "event", "type": "customer.subscription.updated"}
    body = json.dumps({**said, "created": int(time.time()), "data": {"object": thing}}).encode()
    signed = {"Stripe-Signature": signature(body, secret, int(time.time()))}
    return _timed(line, "POST", "/webhooks/stripe", body, signed)


def _timed(
    line: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
) -> float:
    began = time.perf_counter()
    line.request(method, path, body, headers)
    answer = line.getresponse()
    answer.read()
    taken = time.perf_counter() - began
    if answer.status >= 300:
        raise SystemExit(f"{path} answered {answer.status}")
    return taken


def at(times: list[float], share: float) -> float:
    """The time that such a share of ``times`` stayed within."""
    return statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


if __name__ == "__main__":
    main()
