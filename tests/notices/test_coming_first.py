"""No payment comes unannounced: not the first behind a free one, nor the first after a pause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notices.models import Notice
from tests.web.forms import send, signed_in
from tests.web.paying import had_their_trial, made_code, started_with
from tests.world import World

MONTH_FREE = {"percent_off": 100, "duration": "once"}


def plain(world: World, kind: str) -> str:
    """The text of the newest e-mail of a kind."""
    [*_, mail] = world.mailbox.of_kind(kind)
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def live(world: World, *days: int) -> None:
    """Days that pass, with the mails of the last of each."""
    for number in days:
        world.advance(days=number, step=timedelta(days=number))


def test_a_code_that_makes_the_first_payment_free_says_when_the_first_real_one_comes(
    world: World,
) -> None:
    # given a trial by a code that takes off the whole of the first payment
    ada = world.member(email="ada@example.org")
    started_with(world, ada, "FREE", **MONTH_FREE)

    # when it is lived until a week before the payment that costs something
    live(world, 23, 8)
    assert not world.mailbox.of_kind("first_payment")
    live(world, 23)

    # then each e-mail says what is taken, and the last comes in time and once
    assert "Nothing is taken then, because of your discount." in plain(world, "trial_started")
    assert "Nothing is taken then, because of your discount." in plain(world, "trial_ending")
    [mail] = world.mailbox.of_kind("first_payment")
    assert mail["Subject"] == "Your first payment: £6.99 on 22 January 2027"
    said = plain(world, "first_payment")
    assert "£6.99: the price of a month, plus tax where due, from the card ending 4242" in said
    assert "/cancel/" in said
    live(world, 1, 8)
    assert len(world.mailbox.of_kind("first_payment")) == 1
    assert [one.total_minor for one in world.subscription(ada).invoices] == [0, 0, 699]


def test_who_pays_at_the_end_of_their_trial_is_reminded_of_that_alone(world: World) -> None:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)

    live(world, 23, 8, 23, 8)

    assert not world.rows(Notice, kind="first_payment")


def test_while_every_payment_is_free_none_is_announced(world: World) -> None:
    ada = world.member(email="ada@example.org")
    started_with(world, ada, "GUEST", percent_off=100, duration="forever")

    live(world, 23, 8, 23, 8, 23, 8)

    assert not world.rows(Notice, kind="first_payment")


def test_who_has_left_is_told_of_no_first_payment(world: World) -> None:
    ada = world.member(email="ada@example.org")
    started_with(world, ada, "FREE", **MONTH_FREE)
    live(world, 23, 8)

    send(signed_in(world, ada), "/account/cancellation")
    live(world, 23)

    assert not world.mailbox.of_kind("first_payment")


@pytest.mark.parametrize(
    ("off", "says"),
    [({}, "£6.99"), ({"percent_off": 50, "duration": "forever"}, "£3.49 (£6.99 less your")],
)
def test_a_week_before_a_pause_ends_the_payment_is_named(
    world: World, off: dict[str, Any], says: str
) -> None:
    # given a subscription that is paused for two months
    ada = world.member(email="ada@example.org")
    if off:
        started_with(world, ada, "HALF", **off)
    else:
        world.start_trial(ada)
    live(world, 31)
    send(signed_in(world, ada), "/account", "/account/pause", months="2")
    world.deliver()

    # when the week before its end comes
    live(world, 31, 45)
    assert not world.mailbox.of_kind("pause_ending")
    live(world, 9)

    # then the day and the sum are named, once
    [mail] = world.mailbox.of_kind("pause_ending")
    assert mail["Subject"].startswith(f"Your pause ends: {says}")
    assert "22 March 2027" in mail["Subject"]
    assert "Cancel before 22 March 2027 and nothing more is charged" in plain(world, "pause_ending")
    live(world, 1)
    assert len(world.mailbox.of_kind("pause_ending")) == 1


def test_who_goes_on_sooner_is_told_of_no_pause(world: World) -> None:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    live(world, 31)
    client = signed_in(world, ada)
    send(client, "/account", "/account/pause", months="1")
    live(world, 1)

    send(client, "/account", "/account/pause/end")
    live(world, 53)

    assert not world.mailbox.of_kind("pause_ending")


def test_who_subscribes_without_free_days_gets_the_terms_to_keep(world: World) -> None:
    # given somebody who has had their trial
    ada = world.member(email="ada@example.org")
    had_their_trial(world, ada)
    made_code(world, "HALF", percent_off=50, duration="repeating", duration_in_months=3)

    # when they subscribe with a code
    started_with(world, ada, "HALF", made=True)

    # then the e-mail has what they agreed to, what comes next and the way out
    said = plain(world, "subscribed")
    assert (
        "to: £3.49 a month for the first 3 payments from today, then £6.99 a month, plus tax where "
        "due, until you cancel." in said
    )
    assert "Next payment: £3.49 (£6.99 less your discount)" in said and "/cancel/" in said
    assert len(world.mailbox.of_kind("subscribed")) == 1
    assert len(world.mailbox.of_kind("trial_started")) == 1


def test_the_first_e_mail_of_a_trial_keeps_how_long_a_code_lasts(world: World) -> None:
    ada = world.member(email="ada@example.org")

    started_with(world, ada, "HALF", percent_off=50, duration="repeating", duration_in_months=3)

    assert (
        "You agreed on 22 November 2026 to: Free until 22 December 2026, then £3.49 a month for "
        "the first 2 payments, then £6.99 a month, plus tax where due, until you cancel."
        in plain(world, "trial_started")
    )
