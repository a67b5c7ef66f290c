"""The evidence for a bank: complete, in order, of one member alone."""

from datetime import timedelta

from access.models import PlaybackSession
from reports import evidence


def test_a_disputed_charge_is_answered_with_what_was_agreed_told_and_watched(world):
    # given a member with a trial, a mail about it, and a film that was played
    ada = world.member(email="ada@example.org")
    began = world.now
    world.start_trial(ada)
    world.tick()
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
    bob = world.member(email="bob@example.org")

    # then the evidence has all three, and nobody else's
    assert evidence.of_member(world.db, ada.id) == {
        "agreed": [
            {
                "at": began,
                "text": "the terms",
                "button": "Start",
                "first_charge": "£6.99",
                "charge_at": began + timedelta(days=30),
                "network": "192.0.2.0",
            }
        ],
        "told": [{"kind": "trial_started", "accepted_at": began}],
        "watched": [{"film": "Leaving Las Vegas", "at": began, "seconds": 1800}],
    }
    nothing = {"agreed": [], "told": [], "watched": []}
    assert evidence.of_member(world.db, bob.id) == nothing
