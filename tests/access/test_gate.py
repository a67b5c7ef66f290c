"""One question to the gate: answered from our own table, in two queries at most."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from access import gate
from access.gate import Answer
from accounts.models import Member
from tests.queries import counted
from tests.world import World

DECLINES_LATER = "4000000000000341"


def never(world: World, ada: Member) -> None:
    """Ada has only an account."""


def trial(world: World, ada: Member) -> None:
    """Ada has begun a trial."""
    world.start_trial(ada)


def left(world: World, ada: Member) -> None:
    """Ada's trial was ended."""
    sub = world.start_trial(ada)
    world.at_stripe("delete", f"/v1/subscriptions/{sub.stripe_id}")
    world.deliver()


def refused(world: World, ada: Member) -> None:
    """Ada's first charge failed, four days ago."""
    world.start_trial(ada, DECLINES_LATER)
    for days in (22.6, 7.5, 4.0):
        world.leap(days=days)
        world.deliver()
        world.tick()


def stripe_is_asked(point: str) -> None:
    """Nobody may."""
    raise AssertionError("the gate asked Stripe")


@pytest.mark.parametrize(
    ("story", "answer"),
    [
        (never, Answer.SUBSCRIBE),
        (trial, Answer.OPEN),
        (left, Answer.RENEW),
        (refused, Answer.UPDATE_CARD),
    ],
)
def test_a_gate_is_read_in_two_queries_and_never_asks_stripe(
    world: World, story: Callable[[World, Member], None], answer: Answer
) -> None:
    # given a member, and a Stripe that must not be asked
    ada, film = world.member(), world.title
    story(world, ada)
    world.transport.passes = stripe_is_asked
    world.db.refresh(ada)
    world.db.refresh(film)

    # when the gate is asked
    with counted(world.db) as queries:
        answered = gate.may_watch(world.db, ada, film, now=world.now)

    # then it answers, and the database was asked twice at most
    assert answered is answer
    assert len(queries) <= 2
