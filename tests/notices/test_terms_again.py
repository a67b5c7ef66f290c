"""Whoever goes on paying is told every year what it costs and how it is left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import settings
from notices import terms_again
from notices.models import Notice
from tests.world import World


def told(world: World) -> list[str]:
    return [row.key.rpartition(":")[2] for row in world.rows(Notice, kind="annual")]


def paying(world: World, **over: object) -> None:
    """A subscription whose first charge was on 22 December 2026."""
    sub = world.start_trial(world.member())
    sub.status = "active"
    for name, value in over.items():
        setattr(sub, name, value)
    world.db.commit()


def find(world: World, *days: float) -> None:
    """Look once on each of these days after the trial began."""
    began = world.now
    for day in days:
        terms_again.find(world.db, now=began + timedelta(days=day))
        world.db.commit()


def test_a_year_after_the_first_charge_the_terms_are_told_again_once(world: World) -> None:
    paying(world)

    find(world, 30 + 364, 30 + 365, 30 + 365.5, 30 + 366.9, 30 + 367.1, 30 + 2 * 365 + 1)

    assert told(world) == ["month 12", "month 24"]


@pytest.mark.parametrize(
    "over", [{"cancel_at_period_end": True}, {"status": "trialing"}, {"pause_behavior": "void"}]
)
def test_nobody_is_told_who_leaves_has_paused_or_has_not_paid(
    world: World, over: dict[str, object]
) -> None:
    paying(world, **over)

    find(world, 30 + 365)

    assert told(world) == []


def test_four_weeks_before_a_year_is_paid_for_it_is_said(world: World) -> None:
    paying(world, interval="year", period_ends_at=world.now + timedelta(days=395))

    find(world, 366, 367.5, 380, 394)

    assert told(world) == ["before 2027-12-22"]


def test_where_the_law_wants_it_more_often_a_setting_says_so(world: World) -> None:
    paying(world)
    settings.use(settings.current().model_copy(update={"terms_notice_months": 6}))

    find(world, 30 + 182, 30 + 365)

    assert told(world) == ["month 6", "month 12"]


def test_what_is_said_has_the_price_the_day_the_card_and_the_way_out(world: World) -> None:
    # given somebody who pays, and whose first charge was a year ago
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=31, step=timedelta(days=10))
    world.subscription(ada).trial_ends_at = world.now - timedelta(days=365)
    world.db.commit()

    # when the next e-mails are sent
    world.tick()

    # then it says them
    [sent] = world.mailbox.of_kind("annual")
    text = sent.get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert "£6.99: the price of a month" in said and "card ending 4242" in said
    assert "22 January 2027: the next payment" in said and "/cancel/" in said
