"""What the same people watch: counted from our own playback, and never so that one is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access import together
from access.models import PlaybackSession
from catalog import similar, similar_finding
from tests import factories
from tests.factories import NOW


@pytest.fixture
def films(db):
    """Three films that share nothing, of a hundred seconds each."""
    video = factories.video(db, seconds=100)
    return [
        factories.title(db, name=name, year=year, video=video)
        for name, year in (("One", 1930), ("Two", 1970), ("Three", 2010))
    ]


def watch(db, member, film, *, seconds=60, kind="film"):
    db.add(
        PlaybackSession(
            token_hash=f"{member.id}-{film.id}-{kind}",
            member_id=member.id,
            title_id=film.id,
            kind=kind,
            seconds_played=seconds,
            started_at=NOW,
            last_beat_at=NOW + timedelta(minutes=film.id),
        )
    )
    db.flush()


def beside(db, film):
    together.refresh(db)
    similar_finding.refresh(db, now=NOW)
    return [(one.card.name, one.reason) for one in similar.of(db, film.id)]


def test_films_that_five_people_watched_stand_beside_each_other_and_say_why(db, films):
    one, two, three = films
    for number in range(5):
        member = factories.member(db)
        for film in films[: 2 if number else 3]:
            watch(db, member, film)

    assert beside(db, one) == [("Two", "Watched by the same people")]
    assert beside(db, two) == [("One", "Watched by the same people")]
    assert similar.is_found(similar.of(db, one.id))
    assert not similar.is_found(similar.of(db, three.id))


@pytest.mark.parametrize(
    ("fewer", "seconds", "kind"), [(1, 60, "film"), (0, 39, "film"), (0, 60, "trailer")]
)
def test_fewer_people_half_seen_films_and_trailers_count_for_nothing(
    db, films, fewer, seconds, kind
):
    one, two, _ = films
    for _ in range(together.LEAST_VIEWERS - fewer):
        member = factories.member(db)
        watch(db, member, one)
        watch(db, member, two, seconds=seconds, kind=kind)

    assert [reason for _, reason in beside(db, one)] == 2 * ["Also in the catalogue"]


def test_what_is_no_longer_watched_together_is_forgotten_at_the_next_count(db, films):
    one, two, _ = films
    members = [factories.member(db) for _ in range(together.LEAST_VIEWERS)]
    for member in members:
        watch(db, member, one)
        watch(db, member, two)
    assert beside(db, one)[0] == ("Two", "Watched by the same people")

    db.delete(members[0])
    db.flush()

    assert beside(db, one)[0][1] == "Also in the catalogue"
