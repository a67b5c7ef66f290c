"""A life at Stripe as the reports count it: once, and the same however often they are drawn."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from reports import conversion, reading
from reports.periods import By
from tests.world import World


def test_conversions_drawn_again_are_the_same_and_leave_incomplete_ones_out(world: World) -> None:
    # given a trial that was paid, and a checkout at which the first payment was never finished
    ada, bob = world.member(), world.member()
    world.start_trial(ada)
    world.open_checkout(bob)
    customers = sorted(
        world.sandbox.engine.store.all("customer"), key=lambda one: str(one["metadata"])
    )
    theirs = [one for one in customers if one["metadata"]["member_id"] == str(bob.id)]
    world.at_stripe(
        "post",
        "/v1/subscriptions",
        customer=theirs[0]["id"],
        items=[{"price": world.offer.stripe_price_id}],
        payment_behavior="default_incomplete",
    )
    world.deliver()
    assert world.subscription(bob).status == "incomplete"
    for days in (23, 8, 15):
        world.advance(days=days, step=timedelta(days=days))

    # when the report is drawn, everything is handled once more, and it is drawn again
    first = _drawn(world)
    world.replay_everything()
    world.tick()
    again = _drawn(world)

    # then it is the same report, in which one of one has converted
    assert first == again
    assert (len(first.total.starts), len(first.total.converted)) == (1, 1)


def _drawn(world: World) -> conversion.Conversion:
    return conversion.drawn(
        reading.known(world.db, as_of=world.now),
        zone=ZoneInfo("UTC"),
        by=By.MONTH,
        horizon=timedelta(days=45),
        window=timedelta(days=14),
    )
