"""The reminder before the charge: once, in time, and only while it is true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from access import standing
from billing import terms
from billing.terms import REMINDER_LEAD
from notices import delivery, words
from notices.models import Notice
from tests.mailbox import Killed, answer_lost, busy, unknown_recipient
from tests.web.forms import send, signed_in
from tests.web.reading import text_of
from tests.world import HALF_DAY, World

HOUR = timedelta(hours=1)


def test_a_member_is_reminded_once_between_seven_and_a_half_and_seven_days_before(
    world: World,
) -> None:
    # given a trial
    ada = world.member(email="ada@example.org")
    charge_at = world.start_trial(ada).trial_ends_at

    # when it is lived through, hour by hour around the reminder
    world.advance(days=22, step=timedelta(days=11))
    world.advance(days=2, step=HOUR)
    world.advance(days=7)

    # then one reminder was handed in, in time
    [reminder] = world.mailbox.of_kind("trial_ending")
    [row] = world.rows(Notice, kind="trial_ending")
    assert charge_at is not None and row.accepted_at is not None
    assert timedelta(days=7) <= charge_at - row.accepted_at <= timedelta(days=7, hours=12)
    assert reminder["To"] == "ada@example.org"


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_reminder_goes_out_on_the_day_that_was_promised(world: World, zone: str) -> None:
    ada = world.member(email="ada@example.org", zone=zone)
    sub = world.start_trial(ada)
    promised = terms.of(world.offer, now=world.now, zone=zone).reminder_on
    shown = standing.of(world.db, ada, now=world.now).reminder_at

    world.advance(days=22)
    world.advance(days=1, step=HOUR)

    [row] = world.rows(Notice, kind="trial_ending")
    assert row.accepted_at is not None and shown is not None
    assert row.accepted_at.astimezone(ZoneInfo(zone)).date() == promised, sub.trial_ends_at
    assert shown.astimezone(ZoneInfo(zone)).date() == promised


def test_the_reminder_arrives_although_the_process_died_before_handing_it_in(
    world: World,
) -> None:
    # given a reminder that is due, and a process that dies between claiming and sending
    _until_the_reminder(world)
    world.mailbox.before = [Killed()]
    with pytest.raises(Killed):
        world.tick()
    assert world.mailbox.of_kind("trial_ending") == []

    # when another process goes on
    world.advance(hours=6, step=HOUR)

    # then it arrives, once
    assert len(world.mailbox.of_kind("trial_ending")) == 1
    assert _states(world) == ["accepted"]


def test_a_reminder_whose_sender_died_before_marking_it_is_one_message(world: World) -> None:
    # given a process that dies after the mail server has the message
    _until_the_reminder(world)
    world.mailbox.after = [Killed()]
    with pytest.raises(Killed):
        world.tick()

    # when another process goes on for days
    world.advance(days=2, step=HALF_DAY)

    # then whatever was handed in was one message, at most twice
    _expect_one_message(world)


def test_a_reminder_whose_answer_was_lost_is_one_message(world: World) -> None:
    # given a server that takes the message and falls silent
    _until_the_reminder(world)
    world.mailbox.after = [answer_lost()]
    world.tick()

    # when time goes on
    world.advance(days=2, step=HALF_DAY)

    # then whatever was handed in was one message, at most twice
    _expect_one_message(world)


def test_a_reminder_whose_answer_is_lost_twice_goes_to_a_person(world: World) -> None:
    # given a server that never answers
    _until_the_reminder(world)
    world.mailbox.after = [answer_lost() for _ in range(9)]

    # when hours pass, fewer than after which the trial's end would be moved for want of a reminder
    for _ in range(4):
        world.advance(hours=1)

    # then two copies were handed in, no more, and an operator is called
    assert len(world.mailbox.of_kind("trial_ending")) == 2
    assert _states(world) == ["unclear"]
    assert [alarm.kind for alarm in world.alarms()] == ["notice.unclear"]


def test_a_reminder_that_is_refused_for_now_is_sent_when_the_server_is_back(world: World) -> None:
    # given a server that is busy for hours
    _until_the_reminder(world)
    world.mailbox.before = [busy() for _ in range(5)]

    # when time goes on
    world.advance(hours=12, step=HOUR)

    # then the reminder has arrived, once
    assert len(world.mailbox.of_kind("trial_ending")) == 1
    assert _states(world) == ["accepted"]


def test_a_reminder_that_is_refused_for_good_is_not_tried_again(world: World) -> None:
    # given an address where nobody lives
    _until_the_reminder(world)
    world.mailbox.before = [unknown_recipient()]
    world.tick()

    # when hours go by, before the trial is moved for want of a reminder
    world.advance(hours=6)

    # then nothing more was tried, and an operator is called
    assert world.mailbox.of_kind("trial_ending") == []
    assert _states(world) == ["refused"]
    assert [alarm.kind for alarm in world.alarms()] == ["notice.refused"]


def test_a_trial_that_was_cancelled_meanwhile_is_not_reminded(world: World) -> None:
    # given a reminder that is owed, and a member who then cancels
    sub = _until_the_reminder(world)
    world.leap(hours=1)
    world.mailbox.before = [busy()]
    world.tick()
    path = f"/v1/subscriptions/{sub}"
    world.at_stripe("post", path, cancel_at_period_end="true")
    world.deliver()

    # when the timetable goes on
    world.advance(days=8)

    # then no reminder was sent, and the trial ended without a receipt
    assert world.mailbox.of_kind("trial_ending") == []
    assert world.mailbox.of_kind("receipt") == []
    assert len(world.mailbox.of_kind("cancelled")) == 1


def test_two_senders_at_the_same_moment_hand_in_one(world: World) -> None:
    # given a reminder that is due
    _until_the_reminder(world)

    # when the sending is asked for again and again at one instant
    world.tick()
    for _ in range(3):
        delivery.send_owed(world.mailbox, world.stripe, now=world.now)

    # then it was handed in once
    assert len(world.mailbox.of_kind("trial_ending")) == 1


def test_an_email_whose_words_cannot_be_made_holds_no_other_up(world: World) -> None:
    # given an e-mail of a kind that has no words, owed before a reminder
    ada = world.member()
    broken = Notice(
        member_id=ada.id,
        kind="no_such_words",
        key="no such words",
        owed_at=world.now,
        next_try_at=world.now,
        facts={"object_id": ""},
    )
    world.db.add(broken)
    world.db.commit()
    world.start_trial(ada)

    # when the timetable goes round
    world.tick()

    # then the others have been written, and somebody is called to the one, with its reason
    assert "trial_started" in [kind for _, kind in world.mailbox.sent]
    [unworded] = world.rows(Notice, kind="no_such_words")
    why = "cannot be worded: TemplateNotFound('no_such_words/subject.txt')"
    assert (unworded.state, unworded.error) == ("owed", why)
    [alarm] = world.alarms()
    assert (alarm.kind, alarm.text) == (
        "notice.unworded",
        f"no_such_words to member {ada.id} {why}",
    )


def test_an_email_that_could_not_be_worded_is_sent_once_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given words that fail for hours
    _until_the_reminder(world)
    with monkeypatch.context() as broken:
        broken.setattr(words, "of", _nothing)
        world.advance(hours=5, step=HOUR)
    assert [alarm.kind for alarm in world.alarms()] == ["notice.unworded"]

    # when they are mended
    world.advance(hours=2, step=HOUR)

    # then the reminder has arrived, once, and nobody need look any more
    assert len(world.mailbox.of_kind("trial_ending")) == 1
    assert world.alarms() == []


def _until_the_reminder(world: World) -> str:
    """A trial whose reminder falls due now; returns the subscription's id."""
    stripe_id = world.start_trial(world.member(email="ada@example.org")).stripe_id
    world.advance(days=22, step=timedelta(days=11))
    world.leap(hours=12)
    world.deliver()
    assert world.mailbox.of_kind("trial_ending") == []
    return stripe_id


def _nothing(*_: Any, **__: Any) -> None:
    raise KeyError("word")


def _states(world: World) -> list[str]:
    return [row.state for row in world.rows(Notice, kind="trial_ending")]


def _expect_one_message(world: World) -> None:
    handed_in = [made["Message-ID"] for made in world.mailbox.of_kind("trial_ending")]
    assert len(set(handed_in)) == 1
    assert 1 <= len(handed_in) <= 2
    assert _states(world) == ["accepted"]


def test_a_trial_kept_in_its_last_week_ends_later_and_names_that_day_alone(world: World) -> None:
    # given a trial that was cancelled at once and is kept when four days are left
    ada = world.member()
    world.start_trial(ada)
    client = signed_in(world, ada)
    send(client, "/account/cancellation")
    world.advance(days=26, step=timedelta(days=26))

    # when it is kept, then the page names the later day, and so does the one reminder
    kept = send(client, "/account/cancellation/done", "/account/resumption")
    said = text_of(client.get(kept.location).text)
    world.tick()
    world.tick()

    ends = world.subscription(ada).trial_ends_at
    assert ends is not None and ends - world.now >= REMINDER_LEAD
    assert "You keep your trial. It ends on 26 December 2026, so that we can" in said
    assert "First payment £6.99 on 26 December 2026" in said
    assert "22 December" not in said
    [reminder] = world.mailbox.of_kind("trial_ending")
    assert "26 December" in reminder["Subject"]
