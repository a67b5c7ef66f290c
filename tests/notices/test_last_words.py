"""A card that will not live until its charge, and an end: each is written about once."""

from __future__ import annotations

from typing import Any

import pytest

from billing import cancellations
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
    said = {"actor": f"member:{ada.id}", "reason": "price"}
    cancellations.start(world.db, world.stripe, ada.id, **said, now=world.now)
    world.db.commit()

    world.advance(days=32)
    world.replay_everything()
    world.tick()

    kinds = [kind for _, kind in world.mailbox.sent]
    assert (kinds.count("cancelled"), kinds.count("ended")) == (1, 1)


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
