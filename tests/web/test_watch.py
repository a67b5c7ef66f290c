"""The pages that play, and what a running player asks of the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from access import progress
from access.models import PlaybackSession
from accounts.models import Member
from catalog.models import Title
from reports.models import Fact
from tests import factories
from tests.factories import NOW
from tests.web import playing

pytestmark = pytest.mark.usefixtures("today")

Browsers = Callable[[Member], FlaskClient]


@pytest.fixture
def film(db: Session, home: Path) -> Title:
    """A film with a video of five minutes and a trailer for everyone."""
    return playing.film(db, home, name="Nosferatu", slug="nosferatu", year=1922)


@pytest.fixture
def ada(db: Session) -> Member:
    """A subscriber."""
    return playing.subscriber(db)


def later(seconds: float) -> Any:
    """The clock so many seconds on."""
    return time_machine.travel(NOW + timedelta(seconds=seconds), tick=False)


# --- the watch page ---


def test_a_subscriber_gets_the_player_where_they_left_off(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    # given a film that Ada has begun
    progress.keep(db, ada.id, film.id, 42, seconds=300, now=NOW)

    # when she opens it
    answer = signed_in_as(ada).get("/watch/nosferatu")

    # then the page plays it from there, without script as well, and nobody keeps the page
    assert answer.status_code == 200
    assert 'data-at="42"' in answer.text
    assert "<video" in answer.text and " controls " in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_without_script_the_page_says_what_helps_where_no_film_plays(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    page = signed_in_as(ada).get("/watch/nosferatu").text

    (without_script,) = re.findall(r"<noscript>(.+?)</noscript>", page)
    assert "If the film does not play, allow them for this site" in without_script


def test_looking_at_the_headers_takes_no_place(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    browser = signed_in_as(ada)
    assert {browser.head("/watch/nosferatu").status_code for _ in range(5)} == {200}
    assert db.scalars(select(PlaybackSession)).all() == []


def test_who_may_not_watch_is_led_to_the_film_page(
    db: Session, film: Title, client: FlaskClient, signed_in_as: Browsers
) -> None:
    # given a visitor, a member without a subscription and one whose right has ended
    browsers = [
        client,
        signed_in_as(factories.member(db)),
        signed_in_as(playing.subscriber(db, days=-1)),
    ]

    # when they open the player, then each is led to the film, and no player runs
    answers = [browser.get("/watch/nosferatu") for browser in browsers]
    assert [(one.status_code, one.location) for one in answers] == [
        (303, "/film/nosferatu?notice=watch")
    ] * 3
    assert db.scalars(select(PlaybackSession)).all() == []


def test_a_film_without_a_video_says_so_and_has_no_dead_player(
    db: Session, ada: Member, signed_in_as: Browsers
) -> None:
    factories.title(db, slug="imported")
    answer = signed_in_as(ada).get("/watch/imported")
    assert answer.status_code == 200
    assert "not available to play yet" in answer.text
    assert "<video" not in answer.text


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("withdrawn", 410)])
def test_a_film_that_is_not_published_does_not_play(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers, status: str, code: int
) -> None:
    film.status = status
    db.flush()
    assert signed_in_as(ada).get("/watch/nosferatu").status_code == code


# --- devices ---


def test_a_fourth_device_is_told_of_the_three_and_can_stop_one(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    # given Ada, who watches on three devices
    browser = signed_in_as(ada)
    page, *_ = [playing.opened(browser, "/watch/nosferatu") for _ in range(3)]

    # when she opens a fourth
    refused = browser.get("/watch/nosferatu")
    script = playing.said(browser, page, "/watch/nosferatu/session")

    # then the page and the script get the list
    assert refused.status_code == 409
    streams = db.scalars(select(PlaybackSession.id).order_by(PlaybackSession.id))
    stops = [f"/playback/streams/{one}/stop" for one in streams]
    assert all(stop in refused.text for stop in stops)
    assert script[0] == 409
    assert [one["stop"] for one in script[1]["streams"]] == stops

    # and when she stops one of them here, then there is a place
    form = {"csrf_token": page.csrf, "film": "nosferatu"}
    stopped = browser.post(stops[0], data=form)
    assert (stopped.status_code, stopped.location) == (303, "/watch/nosferatu")
    assert browser.get("/watch/nosferatu").status_code == 200


def test_nobody_stops_the_player_of_another(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    playing.opened(signed_in_as(ada), "/watch/nosferatu")
    session = db.scalars(select(PlaybackSession)).one()
    other = signed_in_as(playing.subscriber(db))
    page = playing.opened(other, "/watch/nosferatu")
    assert playing.said(other, page, f"/playback/streams/{session.id}/stop")[0] == 404
    db.expire_all()
    assert session.ended_at is None


# --- beats ---


def test_a_beat_keeps_the_place_and_brings_a_fresh_address(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")
    with later(10):
        status, answer = playing.said(browser, page, page.beat, position=52, seconds=10)
        assert status == 200
        assert answer["source"] != page.source
        assert browser.get(answer["source"]).status_code == 200
    db.expire_all()
    assert progress.resume_at(db, ada.id, film.id) == 52
    assert db.scalars(select(PlaybackSession)).one().seconds_played == 10


def test_the_first_two_minutes_are_a_fact_once(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    # given a player that beats every thirty seconds
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")

    # when it has played for three minutes
    facts = []
    for seconds in range(30, 181, 30):
        with later(seconds):
            playing.said(browser, page, page.beat, position=seconds, seconds=30)
        facts.append(
            [
                (fact.member_id, fact.title_id, fact.at, fact.data)
                for fact in db.scalars(select(Fact).where(Fact.kind == "play"))
            ]
        )

    # then the fact stands since the second minute, with its instant
    two_minutes = NOW + timedelta(seconds=120)
    assert facts == [[]] * 3 + [[(ada.id, film.id, two_minutes, {"seconds": 120})]] * 3


@pytest.mark.parametrize(
    "body",
    [{}, {"position": "x"}, {"position": -1, "seconds": -9}, {"position": 1e30}, {"seconds": []}],
)
def test_an_odd_beat_counts_as_a_sign_of_life_and_nothing_else(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers, body: dict[str, object]
) -> None:
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")
    with later(10):
        assert playing.said(browser, page, page.beat, **body)[0] == 200
    assert progress.resume_at(db, ada.id, film.id) == 0


def test_a_right_that_ends_during_the_film_stops_it_and_says_why(
    db: Session, film: Title, signed_in_as: Browsers
) -> None:
    # given a subscriber whose right ends tomorrow
    browser = signed_in_as(playing.subscriber(db, days=1))
    page = playing.opened(browser, "/watch/nosferatu")

    # when the player beats the day after
    with later(86_401):
        status, answer = playing.said(browser, page, page.beat, position=60, seconds=60)

    # then it is refused, with the way on
    assert status == 403
    assert answer["message"].endswith(".")
    assert answer["link"]["href"] == "/film/nosferatu?notice=watch"


def test_a_player_that_was_silent_is_over_and_gets_a_new_session(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")
    with later(91):
        assert playing.said(browser, page, page.beat, position=60, seconds=60)[0] == 410
        status, player = playing.said(browser, page, "/watch/nosferatu/session")
        assert status == 201
        assert browser.get(player["source"]).status_code == 200
        assert playing.said(browser, page, player["beat"], position=60, seconds=0)[0] == 200


def test_closing_the_page_keeps_its_last_words_and_frees_its_place(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")
    with later(15):
        for _ in range(2):
            assert playing.said(browser, page, page.stop, position=77, seconds=15)[0] == 204
    session = db.scalars(select(PlaybackSession)).one()
    db.refresh(session)
    assert (session.seconds_played, session.ended_at) == (15, NOW + timedelta(seconds=15))
    assert progress.resume_at(db, ada.id, film.id) == 77


def test_words_of_a_player_need_its_member_and_the_token_of_the_form(
    db: Session, film: Title, ada: Member, client: FlaskClient, signed_in_as: Browsers
) -> None:
    browser, other = signed_in_as(ada), signed_in_as(playing.subscriber(db))
    page = playing.opened(browser, "/watch/nosferatu")
    others = playing.opened(other, "/watch/nosferatu")
    assert browser.post(page.beat, json={}).status_code == 400
    assert playing.said(other, others, page.beat)[0] == 404
    assert playing.said(client, page, page.beat)[0] == 403


def test_a_player_whose_member_has_signed_out_leads_back_after_signing_in(
    film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")
    browser.delete_cookie("session")

    for address in (page.beat, "/watch/nosferatu/session"):
        status, told = playing.said(browser, page, address)
        assert (status, told["message"]) == (403, "You are signed out. Sign in to go on watching.")
        assert told["link"]["href"] == "/account/sign-in?next=/watch/nosferatu"


def test_a_player_that_is_older_than_its_session_asks_to_be_loaded_again(
    film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    page = playing.opened(signed_in_as(ada), "/watch/nosferatu")

    status, told = playing.said(signed_in_as(ada), page, page.beat)

    assert (status, told["message"]) == (403, "You have signed in anew. Load this page again.")
    assert told["link"] == {"label": "Load it again", "href": "/watch/nosferatu"}


def test_a_film_that_is_withdrawn_while_it_plays_stops_and_says_why(
    db: Session, film: Title, ada: Member, signed_in_as: Browsers
) -> None:
    browser = signed_in_as(ada)
    page = playing.opened(browser, "/watch/nosferatu")
    film.status = "withdrawn"
    db.flush()

    for address in (page.beat, "/watch/nosferatu/session"):
        status, told = playing.said(browser, page, address)
        assert (status, told["link"]["href"]) == (403, "/browse")
        assert told["message"] == "This film has left the catalogue. It stops here."


def test_a_form_of_a_page_without_script_is_answered_by_a_page(
    film: Title, ada: Member, client: FlaskClient, signed_in_as: Browsers
) -> None:
    asks = {"Accept": "text/html", "Referer": "http://localhost/watch/nosferatu"}
    stale = signed_in_as(ada).post("/playback/streams/1/stop", headers=asks)
    signed_out = client.post("/playback/streams/1/stop", headers=asks)

    assert (stale.status_code, "has been open for too long" in stale.text) == (400, True)
    assert signed_out.status_code == 303
    assert signed_out.location == "/account/sign-in?next=/watch/nosferatu"


# --- trailers ---


def test_a_trailer_plays_for_the_people_of_its_gate(
    db: Session, film: Title, ada: Member, client: FlaskClient, signed_in_as: Browsers
) -> None:
    # given a visitor, a member without a subscription, and a subscriber
    browsers = [client, signed_in_as(factories.member(db)), signed_in_as(ada)]

    # when they open the trailer under each gate
    got: dict[str, list[tuple[int, str | None]]] = {}
    for gate in ("everyone", "signed in", "entitled"):
        assert film.trailer is not None
        film.trailer.gate = gate
        db.flush()
        answers = [browser.get("/film/nosferatu/trailer") for browser in browsers]
        got[gate] = [(one.status_code, one.location) for one in answers]

    # then it plays, or they are led to the step that opens it
    sign_in = (303, "/account/sign-in?next=/film/nosferatu/trailer")
    film_page = (303, "/film/nosferatu?notice=trailer")
    assert got == {
        "everyone": [(200, None)] * 3,
        "signed in": [sign_in, (200, None), (200, None)],
        "entitled": [film_page, film_page, (200, None)],
    }


def test_a_trailers_player_gets_fresh_addresses_without_an_account(
    film: Title, client: FlaskClient
) -> None:
    with later(600):
        answer = client.get("/film/nosferatu/trailer/address")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert client.get(answer.json["source"]).status_code == 200  # type: ignore[index]  # JSON


def test_no_trailer_no_page(db: Session, client: FlaskClient) -> None:
    factories.title(db, slug="without")
    factories.trailer(db, factories.title(db, slug="empty"))
    assert client.get("/film/without/trailer").status_code == 404
    answer = client.get("/film/empty/trailer")
    assert (answer.status_code, "<video" in answer.text) == (200, False)
    assert client.get("/film/empty/trailer/address").status_code == 404
