"""A trial that was cancelled and is kept in its last days."""

from __future__ import annotations

from tests.web.forms import send, signed_in, text
from tests.web.reading import text_of


def keep(client):
    return send(client, "/account", "/account/resumption")


def test_who_cancels_and_keeps_a_trial_in_turns_has_it_longer_once(world):
    # given a trial, cancelled at once and kept on its last days, so that it ends later
    ada = world.member(email="ada@example.org")
    promised = world.start_trial(ada).trial_ends_at
    client = signed_in(world, ada)
    send(client, "/account/cancellation", reason="price")
    world.advance(days=27)
    keep(client)
    moved = world.subscription(ada).trial_ends_at
    assert moved > promised

    # when they cancel before the reminder is sent, and would keep it on the last day again
    send(client, "/account/cancellation", reason="price")
    world.advance(days=6)
    answer = keep(client)

    # then nothing moves any more, and the trial ends unpaid
    assert answer.status_code == 409
    assert "It is too late to keep this trial" in text(answer)
    sub = world.subscription(ada)
    assert sub.cancel_at_period_end
    assert sub.trial_ends_at == moved
    world.advance(days=3)
    assert world.subscription(ada).status == "canceled"


def test_what_a_late_keep_costs_and_when_is_told_before_and_after_alike(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    client = signed_in(world, ada)
    send(client, "/account/cancellation", reason="price")
    world.advance(days=27)

    before = [text(client.get(page)) for page in ("/account", "/account/cancellation/done")]
    keep(client)
    world.tick()

    ends = world.subscription(ada).trial_ends_at
    day = f"{ends:%-d %B %Y}"
    told = world.mailbox.of_kind("resumed")[-1].get_body(("plain",)).get_content()
    assert all(f"£6.99 on {day}" in text_of(page) for page in before)
    assert f"£6.99 on {day}" in told and "same dates" not in told


def test_who_was_reminded_of_the_later_day_may_cancel_and_keep_once_more(world):
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    client = signed_in(world, ada)
    send(client, "/account/cancellation", reason="price")
    world.advance(days=27)
    keep(client)
    moved = world.subscription(ada).trial_ends_at
    world.tick()

    send(client, "/account/cancellation", reason="price")
    world.advance(days=1)
    keep(client)

    sub = world.subscription(ada)
    assert (sub.cancel_at_period_end, sub.trial_ends_at) == (False, moved)
