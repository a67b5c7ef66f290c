"""A card that will not live until its charge, and an end: each is written about once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Member
from billing import cancellations
from tests.web.reading import text_of
from tests.world import World


def test_a_card_that_ends_before_its_next_charge_is_written_about_once(world: World) -> None:
    # given a trial whose card ends in the month before the charge
    sub = world.start_trial(world.member())
    said = world.at_stripe("get", f"/v1/subscriptions/{sub.stripe_id}")
    method = f"/v1/payment_methods/{said['default_payment_method']}"
    ends: dict[str, object] = {"exp_month": 11, "exp_year": 2026}
    world.at_stripe("post", method, card=ends)
    world.deliver()

    # when the charge comes within three weeks
    world.advance(days=12)

    # then there is one e-mail about it
    assert len(world.mailbox.of_kind("card_expiring")) == 1


def test_a_cancellation_and_the_end_that_follows_are_written_about_once_each(world: World) -> None:
    ada = world.member()
    world.start_trial(ada)
    leave(world, ada)

    world.advance(days=32)
    world.replay_everything()
    world.tick()

    kinds = [kind for _, kind in world.mailbox.sent]
    assert (kinds.count("cancelled"), kinds.count("ended")) == (1, 1)
    subject, said = last_word(world)
    assert subject == "Your Matinee trial has ended"
    assert "Your trial ended on 22 December 2026. Nothing was charged." in said


def test_a_trial_that_ends_before_its_first_charge_was_tried_is_called_a_trial(
    world: World,
) -> None:
    # given the hour after a trial, in which Stripe has drafted the first payment
    ada = world.member()
    world.start_trial(ada)
    world.advance(days=30, step=timedelta(days=15))
    world.leap(minutes=20)
    world.deliver()
    assert [one.status for one in world.subscription(ada).invoices] == ["paid", "draft"]

    # when the desk ends it at once
    said = {"actor": "operator:1", "reason": "asked by telephone", "key": "press:1"}
    cancellations.end_now(world.db, world.stripe, ada.id, **said, now=world.now)
    world.db.commit()
    world.deliver()
    world.tick()

    # then e-mail and account say what has ended
    subject, told = last_word(world)
    assert subject == "Your Matinee trial has ended"
    assert "Nothing was charged." in told
    account = text_of(world.signed_in(ada).get("/account").text)
    assert "Your trial ended" in account


def test_whoever_left_after_a_payment_reads_that_a_subscription_ended(world: World) -> None:
    ada = world.member()
    world.start_trial(ada)
    world.pass_the_first_charge()
    leave(world, ada)

    world.advance(days=29, step=timedelta(days=29))
    world.advance(days=2)

    subject, said = last_word(world)
    assert subject == "Your Matinee subscription has ended"
    assert "Your subscription ended on 22 January 2027. Nothing more will be charged." in said


def test_whoever_s_card_failed_to_the_last_try_reads_that_this_is_why_it_ended(
    world: World,
) -> None:
    # given a first charge that is refused until Stripe tries no more
    ada = world.member()
    world.start_trial(ada, "4000000000000341")
    world.pass_the_first_charge()
    world.advance(days=20, step=timedelta(days=2))

    # then e-mail and account say so
    subject, said = last_word(world)
    assert subject == "Your Matinee subscription has ended"
    assert ", because the payment of £6.99 failed. Nothing was charged." in said
    account = text_of(world.signed_in(ada).get("/account").text)
    assert ", because its payment failed. Nothing is charged any more." in account


def leave(world: World, ada: Member) -> None:
    """She cancels on her account page."""
    said = {"actor": f"member:{ada.id}", "reason": "price"}
    cancellations.start(world.db, world.stripe, ada.id, **said, now=world.now)
    world.db.commit()


def last_word(world: World) -> tuple[str, str]:
    """Subject and text of the e-mail about the end."""
    [mail] = world.mailbox.of_kind("ended")
    body = mail.get_body(("plain",))
    assert body is not None
    return mail["Subject"], body.get_content()


@pytest.mark.parametrize("odd", [{"status": "withdrawn"}, {"video_id": None}])
def test_the_word_of_a_trial_leads_to_no_film_that_cannot_be_played(
    world: World, odd: dict[str, Any]
) -> None:
    # given a film that left, or whose video went, between the button and the payment
    attempt = world.open_checkout(world.member())
    for name, value in odd.items():
        setattr(world.title, name, value)
    world.db.commit()

    # when the trial begins
    world.pay(attempt)
    world.deliver()
    world.tick()

    # then its e-mail leads to the catalogue
    (mail,) = world.mailbox.of_kind("trial_started")
    words = mail.get_body(("plain",))
    assert words is not None
    assert "/browse" in words.get_content() and "/watch/" not in words.get_content()
