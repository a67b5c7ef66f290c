"""Webhooks: signed, in order, tried again, and troubled on demand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import stripe
from werkzeug.test import Client

from sandbox.app import Sandbox, create
from tests.stripe_in_process import client

from .conftest import SECRET, START


@dataclass
class Receiver:
    """An endpoint that remembers what it got and answers what it is told to."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, body: bytes, headers: dict[str, str]) -> int:
        self.got.append((body, headers))
        return self.answers.pop(0) if self.answers else 200

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.got]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def wired(receiver: Receiver) -> Iterator[Sandbox]:
    made = create(frozen_at=START, seed=1, webhook_secret=SECRET, deliver=receiver)
    yield made
    made.close()


def make_customers(sandbox: Sandbox, count: int) -> None:
    api = client(sandbox)
    for number in range(count):
        api.v1.customers.create({"name": f"Member {number}"})


def names(receiver: Receiver) -> list[str]:
    return [json.loads(body)["data"]["object"]["name"] for body, _ in receiver.got]


def test_a_delivery_passes_the_library_s_own_check(wired: Sandbox, receiver: Receiver) -> None:
    make_customers(wired, 1)
    wired.flush()

    body, headers = receiver.got[0]
    check = stripe.Webhook.construct_event
    event = check(body, headers["Stripe-Signature"], SECRET)

    assert (event.type, event.data.object.name) == ("customer.created", "Member 0")
    with pytest.raises(stripe.SignatureVerificationError):
        check(body, headers["Stripe-Signature"], "whsec_other")


def test_an_event_happens_in_sandbox_time_and_is_signed_in_real_time(
    wired: Sandbox, receiver: Receiver
) -> None:
    wired.advance(400 * 86_400)
    make_customers(wired, 1)
    wired.flush()

    body, headers = receiver.got[0]
    assert json.loads(body)["created"] == START + 400 * 86_400
    signed_at = int(headers["Stripe-Signature"].split(",")[0].removeprefix("t="))
    assert signed_at < START + 300 * 86_400


def test_deliveries_come_in_the_order_of_their_events(wired: Sandbox, receiver: Receiver) -> None:
    make_customers(wired, 3)

    assert wired.flush() == 3
    assert names(receiver) == ["Member 0", "Member 1", "Member 2"]


def test_what_was_refused_stays_owed_and_is_tried_again(wired: Sandbox, receiver: Receiver) -> None:
    make_customers(wired, 1)
    receiver.answers = [500, 0]

    taken = [wired.flush() for _ in range(4)]

    assert taken == [0, 0, 1, 0]
    delivery = next(wired.engine.store.all("_delivery"))
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 0, 200]


def test_pending_webhooks_counts_what_is_still_owed(wired: Sandbox) -> None:
    api = client(wired)
    make_customers(wired, 1)
    before = api.v1.events.list().data[0].pending_webhooks
    wired.flush()

    assert (before, api.v1.events.list().data[0].pending_webhooks) == (1, 0)


def test_an_endpoint_hears_only_what_it_listens_to(wired: Sandbox, receiver: Receiver) -> None:
    api = client(wired)
    for known in api.v1.webhook_endpoints.list().data:
        api.v1.webhook_endpoints.update(known.id, {"enabled_events": ["customer.deleted"]})
    gone = api.v1.customers.create({"name": "Ada"})
    api.v1.customers.delete(gone.id)
    wired.flush()

    assert receiver.types == ["customer.deleted"]


def test_a_receiver_may_call_back_while_it_is_being_told() -> None:
    seen: list[str] = []
    made: list[Sandbox] = []

    def asks(body: bytes, headers: dict[str, str]) -> int:
        if json.loads(body)["type"] == "product.created":
            seen.append(client(made[0]).v1.customers.create({"name": "Bob"}).id)
        return 200

    asked = create(frozen_at=START, seed=1, webhook_secret=SECRET, deliver=asks)
    made.append(asked)
    client(asked).v1.products.create({"name": "Matinee"})

    assert asked.flush() == 2
    assert len(seen) == 1
    asked.close()


EFFECTS = {
    "drop": [["Member 1", "Member 2"]],
    "duplicate": [["Member 0", "Member 0", "Member 1", "Member 2"]],
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_delivery_is_dropped_or_doubled_on_demand(
    wired: Sandbox, receiver: Receiver, effect: str
) -> None:
    Client(wired).post("/_sandbox/deliveries/effects", json={"effect": effect})
    make_customers(wired, 3)
    wired.flush()

    assert [names(receiver)] == EFFECTS[effect]


def test_deliveries_come_in_reverse_on_demand(wired: Sandbox, receiver: Receiver) -> None:
    Client(wired).post("/_sandbox/deliveries/effects", json={"effect": "reorder", "count": 3})
    make_customers(wired, 4)
    wired.flush()

    assert names(receiver) == ["Member 2", "Member 1", "Member 0", "Member 3"]


def test_a_delay_holds_a_delivery_back(wired: Sandbox) -> None:
    from sandbox import deliveries

    Client(wired).post("/_sandbox/deliveries/effects", json={"effect": "delay", "seconds": 600})
    make_customers(wired, 2)

    noted = [row["noted_at"] for row in wired.engine.store.all("_delivery")]
    soon = deliveries.pending(wired.engine, at=noted[1] + 1)
    later = deliveries.pending(wired.engine, at=noted[1] + 601)

    assert (len(soon), len(later)) == (1, 2)


def test_the_control_path_lists_deliveries_with_their_attempts(
    wired: Sandbox, receiver: Receiver
) -> None:
    make_customers(wired, 1)
    receiver.answers = [503]
    control = Client(wired)

    flushed = control.post("/_sandbox/deliveries/flush").get_json()
    listed = control.get("/_sandbox/deliveries?state=pending").get_json()["data"]

    assert flushed == {"delivered": 0, "pending": 1}
    assert [(row["type"], row["attempts"][0]["status"]) for row in listed] == [
        ("customer.created", 503)
    ]


def test_another_site_s_page_cannot_move_the_clock(wired: Sandbox) -> None:
    answer = Client(wired).post(
        "/_sandbox/clock/advance",
        json={"seconds": 60},
        headers={"Origin": "https://elsewhere.example"},
    )

    assert answer.status_code == 403
    assert wired.clock.now() == START


@pytest.mark.parametrize("body", [{}, {"seconds": -1}, {"seconds": "60"}, {"seconds": True}, []])
def test_an_odd_step_of_the_clock_is_refused(wired: Sandbox, body: object) -> None:
    answer = Client(wired).post("/_sandbox/clock/advance", json=body)

    assert (answer.status_code, wired.clock.now()) == (400, START)
