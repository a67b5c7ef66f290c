"""The state of the sandbox outlives its process, however the process ends."""

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import stripe

from sandbox.app import create
from sandbox.clock import DAY, HOUR
from tests.stripe_in_process import client

from .conftest import SECRET, START, Shop

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


def test_state_and_appointments_survive_a_restart(tmp_path: Path) -> None:
    data = str(tmp_path / "sandbox.sqlite")
    first = create(data, frozen_at=START, seed=1)
    shop = shop_on(first)
    shop.save_card()
    id = shop.subscribe(trial_period_days=30).id
    first.close()

    second = create(data, frozen_at=START, seed=1)
    shop = Shop(second, client(second), shop.price, shop.customer)
    second.advance(30 * DAY + 2 * HOUR)

    assert shop.subscription(id).status == "active"
    assert [i.status for i in shop.invoices()] == ["paid", "paid"]
    second.close()


def shop_on(sandbox: Any) -> Shop:
    api = client(sandbox)
    product = api.v1.products.create({"name": "Matinee"})
    price = api.v1.prices.create(
        {
            "product": product.id,
            "currency": "gbp",
            "unit_amount": 699,
            "recurring": {"interval": "month"},
        }
    )
    return Shop(sandbox, api, price.id, api.v1.customers.create({}).id)


def test_the_clock_s_offset_survives_a_restart(tmp_path: Path) -> None:
    data = str(tmp_path / "sandbox.sqlite")
    first = create(data)
    first.advance(90 * DAY)
    first.close()

    second = create(data)

    assert second.clock.offset == 90 * DAY
    second.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start() -> Iterator[Start]:
    """Start sandboxes as programs, and end those that still run afterwards."""
    running: list[subprocess.Popen[str]] = []

    def begin(*options: str) -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(program)
        return program

    yield begin
    for program in running:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()


def ready(program: "subprocess.Popen[str]") -> str:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line.startswith("sandbox ready on "), line
    return line.split()[-1]


def official(url: str) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_program", base_addresses={"api": url})


def control(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data=data)  # our own address
    with urllib.request.urlopen(request, timeout=10) as answer:  # as above
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.mark.timeout(60)
def test_a_sandbox_that_is_killed_goes_on_where_it_was(start: Start, tmp_path: Path) -> None:
    # given a program that made a customer, moved its clock and was killed
    options = ("--port", str(free_port()), "--data", str(tmp_path / "sandbox.sqlite"))
    program = start(*options)
    url = ready(program)
    made = official(url).v1.customers.create({"email": "ada@example.org"}).id
    moved = control(url, "/_sandbox/clock/advance", {"seconds": DAY})
    program.send_signal(signal.SIGKILL)
    program.wait()

    # when it is started again
    url = ready(start(*options))

    # then everything is as it was
    assert official(url).v1.customers.retrieve(made).email == "ada@example.org"
    assert control(url, "/_sandbox/clock")["now"] >= moved["now"]


@pytest.mark.timeout(60)
def test_an_endpoint_that_is_down_at_first_hears_of_everything_later(
    start: Start, tmp_path: Path
) -> None:
    # given a sandbox whose endpoint does not answer yet
    port = free_port()
    url = ready(
        start(
            "--port", "0", "--data", str(tmp_path / "sandbox.sqlite"),
            "--webhook", f"http://127.0.0.1:{port}/hook?a=b", "--webhook-secret", SECRET,
        )
    )  # fmt: skip
    official(url).v1.customers.create({"email": "ada@example.org"})

    # when the endpoint comes up
    heard: Queue[tuple[str, bytes, str]] = Queue()
    server = HTTPServer(("127.0.0.1", port), receiver(heard))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    control(url, "/_sandbox/deliveries/flush", {})

    # then it hears of the customer, signed
    path, body, signature = heard.get(timeout=30)
    check = stripe.Webhook.construct_event
    event = check(body, signature, SECRET)
    assert (path, event.type) == ("/hook?a=b", "customer.created")
    server.shutdown()
    server.server_close()


def receiver(heard: "Queue[tuple[str, bytes, str]]") -> type[BaseHTTPRequestHandler]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.put((self.path, body, self.headers["Stripe-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Hook


@pytest.mark.timeout(30)
def test_a_sandbox_stops_when_it_is_asked_to(start: Start) -> None:
    program = start("--port", "0", "--data", ":memory:")
    ready(program)

    program.terminate()

    assert program.wait(timeout=10) == 0


def test_a_host_that_others_can_reach_must_be_meant(start: Start) -> None:
    program = start("--host", "0.0.0.0", "--data", ":memory:")  # noqa: S104  # it refuses

    assert program.wait(timeout=20) == 2


@pytest.mark.timeout(60)
def test_a_connection_breaks_off_without_an_answer(start: Start) -> None:
    url = ready(start("--port", "0", "--data", ":memory:"))
    control(url, "/_sandbox/faults", {"kind": "reset_after_work", "path": "/v1/customers"})

    with pytest.raises(stripe.APIConnectionError):
        official(url).v1.customers.create({"email": "ada@example.org"})

    assert len(official(url).v1.customers.list().data) == 1
