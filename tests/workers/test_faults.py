"""Workers that are killed and brokers that are away: the gate opens later, and nothing is lost."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.gate import Answer
from billing.models import Milestone, StripeEvent
from core import db as core_db
from sandbox.faults import Fault
from tests import world as worlds
from tests.workers import processes
from tests.workers.processes import Processes, eventually
from tests.world import World
from workers import tasks


@pytest.fixture
def real_world(fresh_database: str, home: Path) -> Iterator[World]:
    """A world that other processes share: committed rows, real time."""
    with core_db.session() as db, worlds.made(db, home, stands=False) as made:
        yield made


@pytest.fixture
def beside(fresh_database: str, home: Path, real_world: World) -> Iterator[Processes]:
    """Where the product's processes are started; Stripe's deliveries go to their site."""
    with processes.beside(fresh_database, home, real_world.sandbox) as made:
        real_world.postman = made.deliver
        yield made


def test_a_worker_killed_between_webhook_and_entitlement_loses_nothing(
    real_world: World, beside: Processes
) -> None:
    # given a paid trial, and a worker that waits for Stripe in the middle of the news
    world = real_world
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.faults.plan(Fault("timeout", path="/v1/subscriptions", seconds=15))
    beside.start_site()
    worker = beside.start("worker")
    world.sandbox.flush()
    eventually(lambda: any(event.attempts for event in world.rows(StripeEvent)))

    # when it is killed, then the gate is still closed, and all news of her waits as rows
    processes.kill(worker)
    assert world.gate(ada) is Answer.SUBSCRIBE
    assert world.rows(StripeEvent, state="done") == []
    assert len(world.rows(StripeEvent, state="new")) > 5

    # when another worker starts, then the gate opens, and the trial began once
    beside.start("worker")
    eventually(lambda: world.gate(ada) is Answer.OPEN)
    assert len(world.rows(Milestone, fact="trial_started")) == 1


@pytest.mark.parametrize("way", ["refuses", "is silent"])
def test_a_broker_that_is_away_delays_the_gate_and_loses_nothing(
    real_world: World, beside: Processes, way: str
) -> None:
    # given a site whose broker is away, and somebody who pays meanwhile
    world = real_world
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if way == "is silent":
            broker.listen()
        beside.start_site(broker_url=f"amqp://127.0.0.1:{broker.getsockname()[1]}//")
        ada = world.member()
        world.pay(world.open_checkout(ada))

        # when Stripe delivers, then each delivery is answered and kept
        assert world.sandbox.flush() == len(world.rows(StripeEvent, state="new")) > 5
        assert world.gate(ada) is Answer.SUBSCRIBE

    # when the timetable's sweep comes by, then the gate opens, and nothing is done twice
    world.leap(seconds=31)
    tasks.sweep_events()
    assert world.gate(ada) is Answer.OPEN
    assert world.rows(StripeEvent, state="new") == []
    assert len(world.rows(Milestone, fact="trial_started")) == 1
