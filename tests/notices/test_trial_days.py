"""The days of a trial and of a failed payment on which somebody is written to, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.models import PlaybackSession
from notices.models import Notice
from tests.world import World

DAY = timedelta(days=1)


def test_a_trial_is_written_about_halfway_seven_days_and_one_day_before_its_end(
    world: World,
) -> None:
    # given a trial in which a film was watched
    ada = world.member()
    began = world.now
    world.start_trial(ada)
    played = PlaybackSession(
        token_hash="a",
        member_id=ada.id,
        title_id=world.title.id,
        kind="film",
        started_at=began,
        last_beat_at=began,
        seconds_played=1800,
    )
    world.db.add(played)
    world.db.commit()

    # when it is lived through
    for days in (15, 8, 6):
        world.advance(days=days, step=timedelta(days=days))
        world.tick()

    # then each day had its one e-mail, and the first of them says what was watched
    kinds = [kind for _, kind in world.mailbox.sent]
    assert kinds == ["trial_started", "halfway", "trial_ending", "trial_ends_tomorrow"]
    said = world.mailbox.of_kind("halfway")[0].get_body(("plain",))
    assert said is not None and "You have watched Leaving Las Vegas." in said.get_content()


def test_a_cancelled_trial_is_not_written_to_on_those_days(world: World) -> None:
    sub = world.start_trial(world.member())
    world.at_stripe("post", f"/v1/subscriptions/{sub.stripe_id}", cancel_at_period_end="true")
    world.deliver()

    for days in (15, 14):
        world.advance(days=days, step=timedelta(days=days))

    assert [kind for _, kind in world.mailbox.sent] == ["trial_started", "cancelled"]


def test_a_failed_payment_is_written_about_on_its_day_and_after_three_and_seven(
    world: World,
) -> None:
    # given a first charge that is refused, and tried again by Stripe every few days
    world.start_trial(world.member(), "4000000000000341")
    world.advance(days=23, step=23 * DAY)
    world.advance(days=7, hours=6, step=8 * DAY)
    [first] = world.rows(Notice, kind="payment_failed")

    # when nine days go by
    for _ in range(9):
        world.advance(days=1, step=DAY)

    # then there were three e-mails in all, on those days
    since = [row.owed_at - first.owed_at for row in world.rows(Notice, kind="payment_failed")]
    assert [round(one / DAY) for one in since] == [0, 3, 7]


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Pacific/Auckland", "23 December 2026, 01:00, Auckland time"),
        ("Europe/Berlin", "22 December 2026, 13:00 CET"),
    ],
)
def test_an_e_mail_names_the_zone_of_its_times_as_people_call_it(
    world: World, zone: str, written: str
) -> None:
    world.start_trial(world.member(zone=zone))
    world.tick()

    said = world.mailbox.of_kind("trial_started")[0].get_body(("plain",))
    assert said is not None and f"First payment on {written} from" in said.get_content()
