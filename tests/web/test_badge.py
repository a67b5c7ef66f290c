"""The badge on a review whose writer has seen the film here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog import reviews
from tests.factories import NOW
from tests.web import playing

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def ada(db: Session, home: Path, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    """A subscriber who has reviewed a film of five minutes."""
    film, member = playing.film(db, home, slug="nosferatu"), playing.subscriber(db)
    reviews.write(
        db, film.id, member, name="Ada", score=9, text="Pale.", spoiler=False, on=NOW.date()
    )
    return signed_in_as(member)


def later(seconds: float) -> Any:
    """The clock so many seconds on."""
    return time_machine.travel(NOW + timedelta(seconds=seconds), tick=False)


def has_badge(ada: FlaskClient) -> bool:
    """Whether readers of the film's page see it."""
    return "Watched it here" in ada.get("/film/nosferatu").text


def test_a_player_that_dies_when_the_film_may_have_been_seen_leaves_the_badge(
    ada: FlaskClient,
) -> None:
    # given a player that beats, and says nothing at its end
    page = playing.opened(ada, "/watch/nosferatu")

    # when it plays for less than two minutes, and for two: at twice the speed that is most of it
    shown = []
    for seconds in range(30, 151, 30):
        with later(seconds):
            playing.said(ada, page, page.beat, position=seconds, seconds=30)
            shown.append(has_badge(ada))

    # then the badge is there at once
    assert shown == [False] * 3 + [True] * 2


def test_two_players_at_the_same_time_count_as_one(ada: FlaskClient) -> None:
    # given the film in two tabs
    tabs = [playing.opened(ada, "/watch/nosferatu") for _ in "ab"]

    # when both have played for a quarter of it
    for seconds in (25, 50, 75):
        with later(seconds):
            for tab in tabs:
                playing.said(ada, tab, tab.beat, position=seconds, seconds=25)

    # then it has not been seen
    with later(75):
        playing.said(ada, tabs[0], tabs[0].stop, position=75, seconds=0)
        assert not has_badge(ada)
