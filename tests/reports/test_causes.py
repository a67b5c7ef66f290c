"""Why a subscription ended is told by who decided it, not by who pressed the button at Stripe."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from billing import cancellations
from reports.models import Fact


def cause(world, member):
    fact = world.db.scalars(
        select(Fact).where(Fact.kind == "ended", Fact.member_id == member.id)
    ).one()
    return fact.data["cause"]


@pytest.mark.parametrize(
    ("actor", "expected"), [("member:1", "voluntary"), ("operator:1", "operator")]
)
def test_an_end_that_was_asked_for_is_owed_to_whoever_decided_it(world, actor, expected):
    ada = world.member()
    world.start_trial(ada)
    cancellations.start(world.db, world.stripe, ada.id, actor=actor, reason="asked", now=world.now)
    world.pass_the_first_charge()

    assert cause(world, ada) == expected


def test_a_member_who_stays_after_all_and_then_leaves_left_by_choice(world):
    # given a cancellation by an operator that the member took back
    ada = world.member()
    world.start_trial(ada)
    said = {"reason": "asked", "now": world.now}
    cancellations.start(world.db, world.stripe, ada.id, actor="operator:1", **said)
    world.deliver()
    cancellations.undo(world.db, world.stripe, ada.id, actor=f"member:{ada.id}", now=world.now)
    world.deliver()

    # when the member leaves
    cancellations.start(world.db, world.stripe, ada.id, actor=f"member:{ada.id}", **said)
    world.pass_the_first_charge()

    assert cause(world, ada) == "voluntary"


@pytest.mark.parametrize(
    ("actor", "ticked", "expected"),
    [
        ("member:1", "price", {"cause": "voluntary", "reason": "price"}),
        ("member:1", "not said", {"cause": "voluntary"}),
        ("operator:1", "price", {"cause": "operator"}),
    ],
)
def test_what_a_leaving_person_ticked_is_told_with_the_end(world, actor, ticked, expected):
    ada = world.member()
    world.start_trial(ada)
    cancellations.start(world.db, world.stripe, ada.id, actor=actor, reason=ticked, now=world.now)
    world.pass_the_first_charge()

    ends = select(Fact.data).where(Fact.kind == "ended", Fact.member_id == ada.id)
    assert world.db.scalars(ends).one() == expected
