"""Playback sessions: who may open how many, how long they live, what they count."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access import playback, progress
from access.models import PlaybackSession
from access.playback import PlaybackOver, TooManyStreams
from accounts.models import Member
from catalog.models import Title
from core import settings
from core.db import transaction
from core.errors import NotFound
from tests import factories

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """So many seconds later."""
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def ada(db: Session) -> Member:
    """A member."""
    return factories.member(db)


@pytest.fixture
def film(db: Session) -> Title:
    """A film of three hundred seconds."""
    return factories.title(db, video_id=factories.video(db, seconds=300).id)


def start(db: Session, who: Member, what: Title, at: datetime = NOW) -> playback.Opened:
    """A session on some device."""
    return playback.start(db, who, what, device="Chrome on Linux", now=at)


def test_a_session_is_found_by_its_token_and_only_by_its_member(
    db: Session, ada: Member, film: Title
) -> None:
    opened = start(db, ada, film)
    assert len(opened.token) >= 22
    assert opened.token not in opened.session.token_hash
    assert playback.by_token(db, opened.token, ada.id) is opened.session
    for token, member_id in [("other", ada.id), (opened.token, factories.member(db).id)]:
        with pytest.raises(NotFound):
            playback.by_token(db, token, member_id)


def test_a_member_watches_on_three_devices_and_is_told_which_when_a_fourth_begins(
    db: Session, ada: Member, film: Title
) -> None:
    # given three players, and one of somebody else's
    running = [start(db, ada, film, after(n)).session for n in range(3)]
    start(db, factories.member(db), film)

    # when a fourth begins
    with pytest.raises(TooManyStreams) as refused:
        start(db, ada, film, after(10))

    # then it is refused with the three, the oldest first
    assert (refused.value.status, list(refused.value.streams)) == (409, running)


def test_a_member_watches_on_as_many_devices_as_the_operator_allows(
    db: Session, ada: Member, film: Title
) -> None:
    settings.use(settings.current().model_copy(update={"streams_at_once": 1}))
    start(db, ada, film)

    with pytest.raises(TooManyStreams):
        start(db, ada, film, after(10))


@pytest.mark.parametrize("how", ["stopped", "stopped elsewhere", "silent for 90 seconds"])
def test_a_player_that_is_over_frees_its_place(
    db: Session, ada: Member, film: Title, how: str
) -> None:
    # given as many players as are allowed
    first, *_ = [start(db, ada, film).session for _ in range(3)]

    # when one of them ends
    if how == "stopped":
        playback.stop(first, now=after(5))
    elif how == "stopped elsewhere":
        playback.stop_other(db, first.id, ada.id, now=after(5))
    now = after(90 if how.startswith("silent") else 5)

    # then another may begin
    assert start(db, ada, film, now).session.id not in (None, first.id)


def test_nobody_stops_the_player_of_another_member(db: Session, ada: Member, film: Title) -> None:
    session = start(db, ada, film).session
    ben = factories.member(db)
    with pytest.raises(NotFound):
        playback.stop_other(db, session.id, ben.id, now=NOW)
    assert playback.is_alive(session, now=NOW)


def test_a_player_that_beats_stays_alive_and_one_that_is_silent_does_not(
    db: Session, ada: Member, film: Title
) -> None:
    session = start(db, ada, film).session
    for seconds in (80, 160, 240):
        playback.beat(db, session, position=seconds, played=80, now=after(seconds))
    assert playback.is_alive(session, now=after(329))
    assert not playback.is_alive(session, now=after(330))
    with pytest.raises(PlaybackOver):
        playback.beat(db, session, position=300, played=10, now=after(330))


def test_fetching_media_is_a_sign_of_life_too(db: Session, ada: Member, film: Title) -> None:
    session = start(db, ada, film).session
    playback.show_life(session, now=after(60))
    assert playback.is_alive(session, now=after(149))


def test_a_beat_keeps_the_place_in_the_film(db: Session, ada: Member, film: Title) -> None:
    session = start(db, ada, film).session
    playback.beat(db, session, position=42, played=10, now=after(10))
    assert progress.resume_at(db, ada.id, film.id) == 42


def test_no_more_seconds_count_than_have_gone_by(db: Session, ada: Member, film: Title) -> None:
    session = start(db, ada, film).session
    counted = []
    for at, played in [(10, 10), (20, 500), (30, -40), (30, 9)]:
        playback.beat(db, session, position=10, played=played, now=after(at))
        counted.append(session.seconds_played)
    assert counted == [10, 20, 20, 29]


def test_a_beat_after_a_pause_counts_no_second_of_the_pause(
    db: Session, ada: Member, film: Title
) -> None:
    session = start(db, ada, film).session
    for at, played in [(30, 0), (60, 0), (70, 70)]:
        playback.beat(db, session, position=10, played=played, now=after(at))
    assert session.seconds_played == 10 + playback.LATE_SECONDS


def test_the_first_two_minutes_are_told_once(db: Session, ada: Member, film: Title) -> None:
    session = start(db, ada, film).session
    told = [
        playback.beat(db, session, position=at, played=40, now=after(at)).first_play
        for at in (40, 80, 119, 160, 200)
    ]
    assert told == [False, False, False, True, False]


def test_fifty_starts_at_the_same_moment_open_three_players(fresh_database: str) -> None:
    # given a member and a film
    with transaction() as db:
        member_id, title_id = factories.member(db).id, factories.title(db).id

    # when fifty players begin at once
    def one(_: int) -> bool:
        with transaction() as db:
            who, what = db.get_one(Member, member_id), db.get_one(Title, title_id)
            try:
                start(db, who, what)
            except TooManyStreams:
                return False
            return True

    with ThreadPoolExecutor(12) as pool:
        opened = list(pool.map(one, range(50)))

    # then three have begun and the others were refused
    assert opened.count(True) == 3
    with transaction() as db:
        assert db.scalar(select(func.count()).select_from(PlaybackSession)) == 3
