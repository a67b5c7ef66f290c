"""What was asked of Stripe and not answered well is found there, and never done twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from billing import extensions
from billing.gateway import StripeUnavailable
from billing.models import Customer
from billing.upkeep_models import StripeWrite
from sandbox.faults import KEPT, KEPT_AFTER_WORK, Fault
from tests.factories import NOW
from tests.world import World
from workers import tasks

LOST = "reset_after_work"


def start(world: World, member: Any) -> None:
    """Press the button of the trial while no answer comes to the making of the customer."""
    world.sandbox.faults.plan(Fault(LOST, count=3, method="POST", path="/v1/customers"))
    with pytest.raises(StripeUnavailable):
        world.open_checkout(member)
    world.sandbox.faults.planned.clear()


def in_doubt(world: World) -> list[str]:
    """The writes of which it is not known what became of them."""
    world.db.expire_all()
    kept = select(StripeWrite.name).where(StripeWrite.done_at.is_(None))
    return list(world.db.scalars(kept))


def kept(world: World) -> int:
    return world.db.scalar(select(func.count()).select_from(StripeWrite)) or 0


def customers(world: World) -> list[str]:
    return [one["id"] for one in world.sandbox.engine.store.all("customer")]


def test_a_key_that_stripe_has_forgotten_is_not_trusted(world: World) -> None:
    # given a customer of whom we never heard, and a day in which Stripe forgets the key
    ada = world.member()
    start(world, ada)
    world.leap(hours=25)

    # when the member comes back, then the customer is found, not made again
    world.open_checkout(ada)
    [customer] = world.rows(Customer)
    assert [customer.stripe_id] == customers(world)


def test_a_key_that_was_used_in_other_words_is_given_up_after_a_look(world: World) -> None:
    # given a customer of whom we never heard, and a member whose address is another one now
    ada = world.member()
    start(world, ada)
    ada.email = "countess@example.org"
    world.db.commit()

    # when the member presses again, then the customer is found, not made again
    world.open_checkout(ada)
    [customer] = world.rows(Customer)
    assert [customer.stripe_id] == customers(world)


def extend(world: World, member: Any, key: str) -> datetime:
    said: dict[str, Any] = {"actor": "operator:1", "reason": "asked for", "key": key}
    ends = extensions.extend(
        world.db, world.stripe, member.id, 10, no_sooner=NOW, **said, now=world.now
    )
    world.db.commit()
    return ends


@pytest.mark.parametrize("kind", [KEPT, KEPT_AFTER_WORK])
@pytest.mark.parametrize("news_come", [False, True])
def test_a_trial_is_lengthened_by_what_was_asked_for_first(
    world: World, kind: str, news_come: bool
) -> None:
    # given a press for ten days more at which Stripe failed, whether it did them or not
    ada = world.member()
    before = world.start_trial(ada).trial_ends_at
    assert before is not None
    world.db.commit()
    world.sandbox.faults.plan(Fault(kind, method="POST", path="/v1/subscriptions"))
    with pytest.raises(StripeUnavailable):
        extend(world, ada, "press")
    if news_come:
        world.deliver()

    # when it is pressed again, and once more
    first, second = extend(world, ada, "press"), extend(world, ada, "press")
    world.deliver()

    # then the trial is ten days longer
    assert first == second == before + timedelta(days=10)
    assert world.subscription(ada).trial_ends_at == first


def test_an_unwarned_trial_is_moved_once_although_the_answer_was_lost(world: World) -> None:
    # given a trial of which nobody could be reminded, moved at Stripe without an answer
    ada = world.member()
    world.start_trial(ada)
    world.leap(days=24)
    world.sandbox.faults.plan(Fault(LOST, count=3, method="POST", path="/v1/subscriptions"))
    tasks.move_unwarned()
    world.sandbox.faults.planned.clear()
    [moved] = [one["trial_end"] for one in world.sandbox.engine.store.all("subscription")]

    # when the timetable comes round, with a later day in mind
    world.leap(minutes=10)
    tasks.move_unwarned()

    # then the day that Stripe was told stands
    told = world.subscription(ada).trial_ends_at
    assert told is not None
    assert int(told.timestamp()) == moved


def test_what_was_done_a_month_ago_is_forgotten_and_what_is_in_doubt_is_not(world: World) -> None:
    # given a start that went well, and one without an answer
    world.open_checkout(world.member())
    start(world, world.member())
    assert kept(world) > 1

    # when a month has passed
    world.leap(days=31)
    tasks.expire_checkouts()

    # then the one without an answer is still known
    assert kept(world) == 1
    [waiting] = in_doubt(world)
    assert waiting.startswith("customer:")
