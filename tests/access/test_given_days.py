"""Days that a person gives: they wait for time nobody has, open the gate, and leave a trace."""

from datetime import timedelta

from sqlalchemy import select

from access import entitlements
from access.gate import Answer
from billing import giving
from billing.models import Audit

DAY = timedelta(days=1)


def give(world, member, kind, **length):
    giving.give(
        world.db,
        member.id,
        kind,
        actor="operator:1",
        reason="a bad evening",
        now=world.now,
        **length,
    )
    entitlements.refresh(world.db, member.id, now=world.now, reason="given")
    world.db.commit()


def until(world, member):
    right = entitlements.refresh(world.db, member.id, now=world.now)
    return right.until if right else None


def test_a_gift_to_somebody_without_a_subscription_begins_now(world):
    ada = world.member(email="ada@example.org")

    give(world, ada, "gift", days=7)

    assert world.gate(ada) is Answer.OPEN
    assert until(world, ada) == world.now + 7 * DAY
    world.leap(days=8)
    assert world.gate(ada) is not Answer.OPEN


def test_a_gift_in_a_trial_is_whole_when_the_trial_has_ended(world):
    ada = world.member(email="ada@example.org")
    sub = world.start_trial(ada)
    without = until(world, ada)

    give(world, ada, "gift", days=7)

    assert until(world, ada) == without + 7 * DAY
    assert without >= sub.trial_ends_at


def test_what_is_given_is_audited_with_who_and_why(world):
    ada = world.member(email="ada@example.org")

    give(world, ada, "complimentary", ends_at=world.now + DAY)

    rows = world.db.scalars(select(Audit).where(Audit.member_id == ada.id).order_by(Audit.id)).all()
    assert [(row.actor, row.action, row.reason) for row in rows] == [
        ("operator:1", "access.given", "a bad evening"),
        ("matinee", "access.changed", "given"),
    ]
    assert rows[1].after["why"] == "complimentary"
