"""``matinee events`` as an operator uses it: what was given up, why, and once more."""

from __future__ import annotations

from click.testing import CliRunner

from access.gate import Answer
from billing.models import StripeEvent
from commands.events import events
from sandbox.faults import Fault
from tests.world import World


def run(*words: str) -> str:
    found = CliRunner().invoke(events, words)
    assert found.exit_code == 0, found.output
    return found.output


def test_what_was_given_up_is_listed_with_its_reason_and_handled_once_more(world: World) -> None:
    # given news that could not be read for days, because Stripe was away
    ada = world.member()
    world.pay(world.open_checkout(ada))
    world.sandbox.faults.plan(Fault("error", count=100_000, path="/v1/subscriptions"))
    world.sandbox.flush()
    for _ in range(16):
        world.work()
        world.leap(hours=6)
    dead = world.rows(StripeEvent, state="dead")
    assert dead
    assert {alarm.kind for alarm in world.alarms()} == {"event.dead"}

    # when they are listed, then each has its tries and its reason
    listed = run("list", "--state", "dead")
    assert [row.stripe_id in listed for row in dead] == [True] * len(dead)
    assert "12  " in listed
    assert "StripeFailed" in listed
    assert run("list", "--state", "done") == ""

    # when Stripe is back and they are replayed, twice
    world.sandbox.faults.planned.clear()
    told = run("replay", "--dead")
    again = run("replay", dead[0].stripe_id)

    # then nothing was lost, nobody is called any more, and the second time changed nothing
    assert f"{dead[0].stripe_id} is done" in told
    assert f"{dead[0].stripe_id} is done" in again
    assert world.gate(ada) is Answer.OPEN
    assert world.alarms() == []
    assert run("list", "--state", "dead") == ""


def test_an_event_that_nobody_delivered_is_named_as_unknown(world: World) -> None:
    found = CliRunner().invoke(events, ["replay", "evt_of_nobody"])

    assert found.exit_code != 0
