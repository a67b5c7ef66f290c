"""A burst of one customer's news: rung once, worked on by one worker, looked up at Stripe once."""

from __future__ import annotations

from sqlalchemy import select, text

from billing import events
from billing.models import StripeEvent
from core import db as core_db
from tests.world import World
from workers import bell, tasks


def test_of_the_rings_of_a_burst_that_wait_together_the_last_is_rung() -> None:
    def rings(*bursts: str | None) -> list[bell._Ring]:
        task = tasks.apply_stripe_event
        return [bell._Ring(task, (number,), burst) for number, burst in enumerate(bursts)]

    waiting = rings("ada", None, "bob", "ada", "ada", None)

    assert [ring.args for ring in bell.together(waiting)] == [(1,), (2,), (4,), (5,)]


def test_a_whole_burst_costs_one_look_at_stripe(world: World) -> None:
    # given everything that the start of a trial brings, kept
    world.pay(world.open_checkout(world.member()))
    asked = len(world.calls)

    # when the workers hear of each event
    world.deliver()

    # then Stripe was asked for the subscriptions and for the invoices, once
    assert len(world.rows(StripeEvent)) >= 8
    assert {event.state for event in world.rows(StripeEvent)} <= {"done", "ignored"}
    assert world.calls[asked:] == ["GET /v1/subscriptions", "GET /v1/invoices"]


def test_an_event_is_left_to_whoever_works_on_the_same_customer(world: World) -> None:
    # given two kept events of a customer, and a worker elsewhere that is at one of them
    member = world.member()
    world.pay(world.open_checkout(member))
    world.sandbox.flush()
    theirs = StripeEvent.customer_id.is_not(None)
    oldest = select(StripeEvent).where(theirs).order_by(StripeEvent.id).limit(2)
    first, second = world.db.scalars(oldest).all()
    name = f"news:{first.customer_id}"
    engine = core_db.Sessions.kw["bind"].engine
    with engine.connect() as elsewhere:
        lock = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
        elsewhere.execute(lock, {"name": name})

        # when a second worker hears of the other, then it waits for nobody and counts no try
        assert not events.claim(world.db, second.id, now=world.now)
        assert second.attempts == 0

        # and the first one finds it when it is done
        first.state = "done"
        world.db.flush()
        assert events.next_of(world.db, first.id, now=world.now) == second.id

    # when nobody is at it, then it is claimed
    assert events.claim(world.db, second.id, now=world.now)
