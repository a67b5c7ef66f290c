"""A life at Stripe as the reports count it: once, and the same however often they are drawn."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from billing import pauses, plan_changes
from reports import charges, conversion, notice_coverage, reading, revenue
from reports.notice_coverage import Line
from reports.periods import By
from tests import factories
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


def test_a_pause_ends_the_revenue_with_what_was_paid_and_the_next_charge_brings_it_back(
    world: World,
) -> None:
    # given somebody who paid, and pauses for a month
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=31, step=timedelta(days=31))
    pauses.start(world.db, world.stripe, ada.id, months=1, actor="member:1", now=world.now)
    world.db.commit()

    # when the paid month ends, and the pause a month later
    minor = [_monthly(world)]
    for days in (31, 33):
        world.advance(days=days, step=timedelta(days=days))
        minor.append(_monthly(world))

    # then there is no revenue between
    assert minor == [699, 0, 699]


def test_the_calendar_knows_a_pause_from_the_press_until_it_is_taken_back(world: World) -> None:
    # given somebody who paid on 22 December
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=31, step=timedelta(days=31))
    days = [_due(world)]

    # when they pause for a month, and change their mind
    pauses.start(world.db, world.stripe, ada.id, months=1, actor="member:1", now=world.now)
    world.db.commit()
    world.advance(days=1)
    days.append(_due(world))
    pauses.end(world.db, world.stripe, ada.id, actor="member:1", now=world.now)
    world.db.commit()
    world.advance(days=1)
    days.append(_due(world))

    # then the renewal of 22 January is left out as long as it is paused
    assert days == [["01-22"], [], ["01-22"]]


def test_a_reminder_that_named_a_sum_is_held_to_what_was_charged(world: World) -> None:
    # given a trial that was reminded of 6.99, and then changed to a year at 69.00
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=22, step=timedelta(days=22))
    world.advance(days=1)
    yearly = factories.offer(world.db, code="yearly", amount_minor=6900, interval="year")
    said: Any = {"shown_at": world.now, "actor": f"member:{ada.id}", "now": world.now}
    plan_changes.start(world.db, world.stripe, ada.id, yearly, **said)
    world.db.commit()
    world.advance(days=8, step=timedelta(days=8))

    # then it counts as late
    found = notice_coverage.drawn(reading.known(world.db, as_of=world.now))
    assert {line: len(trials) for line, trials in found.lines.items() if trials} == {Line.LATE: 1}


def _due(world: World) -> list[str]:
    found = charges.standing(reading.known(world.db, as_of=world.now))
    return [f"{due.at:%m-%d}" for due in found if due.at < world.now + timedelta(days=40)]


def _monthly(world: World) -> Fraction:
    found = revenue.at(reading.known(world.db, as_of=world.now), world.now)
    return sum(found.get("gbp", {}).values(), Fraction(0))


def _drawn(world: World) -> conversion.Conversion:
    return conversion.drawn(
        reading.known(world.db, as_of=world.now),
        zone=ZoneInfo("UTC"),
        by=By.MONTH,
        horizon=timedelta(days=45),
        window=timedelta(days=14),
    )
