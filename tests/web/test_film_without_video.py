"""A film that cannot be played yet: its page says so, and sells what can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from access.models import WatchProgress
from accounts.models import Member
from billing.models import Offer
from catalog.models import Title
from tests import factories
from tests.factories import LATER, NOW
from tests.queries import counted
from tests.web.reading import graph_of, text_of
from tests.web.test_calls_to_action import PARTNER, unsaid

pytestmark = pytest.mark.usefixtures("today")
NOT_YET = "Not available to play yet."


@pytest.fixture
def imported(db: Session) -> Title:
    """A film of which there are facts and no video."""
    film = factories.title(db, name="Imported", genres=["Drama"], cast=["Ada Player"])
    factories.title(db, name="Playable", video_id=factories.video(db).id)
    return film


@pytest.mark.usefixtures("imported", "offer")
def test_a_visitor_reads_that_it_does_not_play_and_what_a_trial_opens(client: FlaskClient) -> None:
    page = client.get("/film/imported").text
    said = text_of(page)

    assert NOT_YET in said and "This page will say so when it is." in said
    assert "Watch what plays here free for 30 days" in said
    assert "Try 30 days free" in said
    assert "Today You watch every film that plays here and pay £0.00." in said
    for promise in ("Watch it", "You watch every film and", "watch on Matinee", "opens this film"):
        assert promise not in text_of(client.get("/film/imported?notice=watch").text)
        assert promise not in page
    assert unsaid(page) == []


@pytest.mark.usefixtures("imported", "offer")
def test_search_engines_are_told_of_an_offer_only_where_it_opens_the_film(
    client: FlaskClient,
) -> None:
    graphs = [graph_of(client.get(f"/film/{slug}").text)[0] for slug in ("imported", "playable")]

    assert ["offers" in movie for movie in graphs] == [False, True]


@pytest.mark.usefixtures("imported", "offer")
def test_a_film_with_a_video_says_nothing_of_the_kind(client: FlaskClient) -> None:
    said = text_of(client.get("/film/playable").text)

    assert NOT_YET not in said
    assert "Watch it free for 30 days" in said


def test_somebody_who_may_watch_is_led_to_no_empty_player(
    db: Session, imported: Title, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    ada = factories.member(db)
    factories.entitlement(db, ada, LATER)
    db.add(
        WatchProgress(member_id=ada.id, title_id=imported.id, position_seconds=40, updated_at=NOW)
    )
    db.flush()

    page = signed_in_as(ada).get("/film/imported").text

    assert NOT_YET in text_of(page)
    assert 'href="/watch/imported"' not in page
    assert "Resume" not in page


def test_somebody_who_had_a_trial_is_sold_a_subscription_and_not_this_film(
    db: Session,
    imported: Title,
    offer: Offer,
    signed_in_as: Callable[[Member], FlaskClient],
) -> None:
    page = signed_in_as(factories.past_trialist(db)).get("/film/imported").text
    offered = text_of(page).partition(NOT_YET)[2]

    assert "Watch again what plays here Subscribe for £6.99 a month" in offered
    assert "£6.99 a month from today, plus tax where due" in offered
    assert "Watch it" not in offered
    assert ">Watch<" not in page
    assert unsaid(page) == []


def test_a_partner_is_never_said_to_have_the_film(
    client: FlaskClient, db: Session, imported: Title
) -> None:
    factories.offer(db, **PARTNER)

    said = text_of(client.get("/film/imported").text)

    assert NOT_YET in said
    assert "Watch it" not in said
    assert "Watch what plays there free for 30 days with Popflix" in said


def test_somebody_whose_payment_failed_is_not_told_that_it_plays_again(
    db: Session, imported: Title, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    ada = factories.member(db)
    long_ago = NOW - timedelta(days=90)
    factories.subscription(
        db, ada, status="past_due", first_failed_at=long_ago, period_ends_at=long_ago
    )

    said = text_of(signed_in_as(ada).get("/film/imported").text)

    assert f"{NOT_YET} This page will say" in said
    assert "Update your card and films play again at once." in said


@pytest.mark.usefixtures("imported", "offer")
def test_whether_there_is_a_video_costs_no_question_more(client: FlaskClient, db: Session) -> None:
    def asked(slug: str) -> int:
        db.expire_all()
        with counted(db) as statements:
            assert client.get(f"/film/{slug}").status_code == 200
        return len(statements)

    assert asked("imported") == asked("playable")
