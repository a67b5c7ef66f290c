"""The members of the stage: one in each state that a subscription, or the want of one, brings."""

from __future__ import annotations

from datetime import timedelta

from access import entitlements
from accounts import passwords
from accounts.models import Member
from billing import giving, pauses
from tests.world import World

FAILING_CARD = "4000000000000341"
DAY, DAYS_OF_GRACE = timedelta(days=1), timedelta(days=5)
USUAL = ("active", "past_due", "ended", "ending", "cancelled", "trialing", "member")
RARER = ("paused", "grace_over", "pausing", "given")  # behind those whom the desk's pages number


def made(world: World) -> dict[str, Member]:
    """Whoever began early enough; the trial that is running now is begun by the caller."""
    people = {name: world.member(email=f"{name}@example.org") for name in USUAL + RARER}
    people["active"].password = passwords.hashed("a few long words here")
    _long_ago(world, people)
    for name in ("active", "pausing", "ended"):
        world.start_trial(people[name])
    world.start_trial(people["past_due"], FAILING_CARD)
    _cancel(world, people["ended"])
    world.advance(days=7, step=DAY)
    world.start_trial(people["ending"])
    world.advance(days=24, step=DAY)
    world.start_trial(people["cancelled"])
    _cancel(world, people["cancelled"])
    _pause(world, people["pausing"])
    _give(world, people["given"])
    return people


def _long_ago(world: World, people: dict[str, Member]) -> None:
    """A pause that has begun since, as the paid month is over, and a card that failed for longer
    than is forgiven."""
    world.start_trial(people["paused"])
    world.pass_the_first_charge()
    _pause(world, people["paused"])
    world.start_trial(people["grace_over"], FAILING_CARD)
    world.advance(seconds=DAYS_OF_GRACE.total_seconds(), step=DAYS_OF_GRACE)


def _pause(world: World, member: Member) -> None:
    actor = f"member:{member.id}"
    pauses.start(world.db, world.stripe, member.id, months=3, actor=actor, now=world.now)
    world.db.commit()
    world.deliver()


def _give(world: World, member: Member) -> None:
    """Days by the desk, to somebody who never subscribed."""
    giving.give(
        world.db,
        member.id,
        "gift",
        days=14,
        actor="operator:1",
        reason="a gift",
        now=world.now,
    )
    entitlements.refresh(world.db, member.id, now=world.now, reason="given by an operator")
    world.db.commit()


def _cancel(world: World, member: Member) -> None:
    answer = world.signed_in(member).post("/account/cancellation")
    assert answer.status_code == 303, answer.status
    world.deliver()
