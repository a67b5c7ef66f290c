"""Writing a review: who may, what is refused, and what everybody then reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.models import Entitlement, PlaybackSession
from accounts.models import Member
from catalog import reviews
from catalog.models import FormerSlug, Rating, Release, Review, ReviewVote, Title
from core import settings
from tests import factories
from tests.factories import NOW
from tests.web.reading import graph_of, parsed, text_of
from tests.web.reviewers import TYPED, ada

__all__ = ["ada"]
pytestmark = pytest.mark.usefixtures("today")


def test_a_member_writes_one_review_and_changes_it(ada: FlaskClient) -> None:
    first = ada.post("/film/wings/review", data=TYPED)
    ada.post("/film/wings/review", data={**TYPED, "text": "Better than I said.", "score": "10"})

    assert (first.status_code, first.location) == (303, "/film/wings#reviews")
    said = text_of(ada.get("/film/wings/reviews").text)
    assert "1 review Reviews Ada Score 10 /10 22 November 2026" in said
    assert "Better than I said." in said
    assert "Better than I said.</textarea>" in ada.get("/film/wings/review").text


def test_a_mistake_brings_the_form_back_as_it_was_typed(ada: FlaskClient) -> None:
    page = ada.post("/film/wings/review", data={"score": "11", "text": "Kept <b>text</b>"})

    assert page.status_code == 422
    assert "<title>Error: Your review of Wings" in page.text
    assert '<a href="#score">Choose a score from 1 to 10.</a>' in page.text
    assert "Kept &lt;b&gt;text&lt;/b&gt;</textarea>" in page.text
    parsed(page.text)


def test_somebody_who_may_not_watch_is_shown_what_opens_the_film(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], client: FlaskClient
) -> None:
    factories.title(db, name="Wings")
    stranger = signed_in_as(factories.member(db))
    stranger.application.config["WTF_CSRF_ENABLED"] = False

    refused = stranger.post("/film/wings/review", data=TYPED)

    assert refused.status_code == 403
    assert "Reviews come from people who are on a trial or subscribed." in text_of(refused.text)
    assert "Slow, and\nworth it.</textarea>" in refused.text.replace("\r", "")
    assert stranger.get("/film/wings/review").location == "/film/wings?notice=review"
    assert client.get("/film/wings/review").location == ("/account/sign-in?next=/film/wings/review")
    assert "Reviews" not in text_of(client.get("/film/wings").text)


def test_a_review_is_of_the_day_that_the_site_has(ada: FlaskClient, db: Session) -> None:
    db.scalars(select(Member)).one().zone = "Pacific/Kiritimati"
    db.flush()

    ada.post("/film/wings/review", data=TYPED)

    assert db.scalars(select(Review.written_on)).one() == NOW.date()


@pytest.mark.parametrize("status", ["withdrawn", "draft"])
def test_what_was_written_of_a_film_that_has_left_meanwhile_is_shown_to_be_copied(
    ada: FlaskClient, db: Session, status: str
) -> None:
    ada.get("/film/wings/review")
    db.scalars(select(Title)).one().status = status
    db.flush()

    page = ada.post("/film/wings/review", data=TYPED)

    assert page.status_code in (404, 410)
    assert "What you wrote is below, to be copied." in text_of(page.text)
    assert "worth it.</textarea>" in page.text
    parsed(page.text)


HOSTILE = [
    "</p></article><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\u202eevil\u202c\u200b\u2066turned\u2069",
    "javascript:alert(1) http://evil.example",
    "&lt;script&gt; &amp;",
    "Z" + "\u0301" * 400,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_its_review_or_turns_the_page_round(
    ada: FlaskClient, text: str
) -> None:
    typed = {"name": text[:60], "score": "9", "text": text}
    ada.post("/film/wings/review", data=typed)

    for address in ("/film/wings", "/film/wings/reviews", "/film/wings/review"):
        page = ada.get(address).text
        tree = parsed(page)
        assert not any(one.get("onerror") or one.get("src") == "x" for one in tree.iter())
        assert all(
            "alert" not in (one.text or "") for one in tree.iter("script") if not one.get("type")
        )
        assert not set(page) & set("\u202e\u202c\u200b\u2066\u2069")
        assert "http://evil.example" not in {one.get("href") for one in tree.iter("a")}
    (movie, *_) = graph_of(ada.get("/film/wings").text)
    assert movie["review"][0]["reviewBody"][:1] == text.lstrip("\u202e")[:1]


def test_a_text_of_which_nothing_can_be_seen_is_no_review(ada: FlaskClient) -> None:
    page = ada.post("/film/wings/review", data={**TYPED, "name": "\u200b", "text": "\u2060\u00a0"})

    assert page.status_code == 422
    assert '<a href="#name">' in page.text and '<a href="#text">' in page.text


def test_a_review_that_is_sent_to_a_former_address_is_sent_again(
    db: Session, ada: FlaskClient
) -> None:
    db.add(FormerSlug(slug="wingz", title_id=db.scalars(select(Title.id)).one()))
    db.flush()

    moved = ada.post("/film/wingz/review?from=drama", data=TYPED)
    ada.post(moved.location, data=TYPED)

    assert (moved.status_code, moved.location) == (308, "/film/wings/review?from=drama")
    assert "worth it." in text_of(ada.get("/film/wings/reviews").text)


def test_somebody_whom_our_player_has_shown_half_of_the_film_has_a_badge(
    db: Session, ada: FlaskClient
) -> None:
    film = db.scalars(select(Title)).one()
    film.video_id = factories.video(db, seconds=100).id
    ada.post("/film/wings/review", data=TYPED)
    assert "Watched it here" not in ada.get("/film/wings").text

    member_id = db.scalars(select(Review.member_id)).one()
    for days in (2, 1):
        began = NOW - timedelta(days=days)
        times = {"started_at": began, "last_beat_at": began + timedelta(seconds=30)}
        who = {"token_hash": str(days), "member_id": member_id, "title_id": film.id}
        db.add(PlaybackSession(**who, **times, seconds_played=25, kind="film"))
    db.flush()
    db.expire_all()
    ada.post("/film/wings/review", data=TYPED)

    assert "Watched it here" in ada.get("/film/wings").text


def test_the_eleventh_review_within_an_hour_waits(ada: FlaskClient) -> None:
    answers = [ada.post("/film/wings/review", data=TYPED).status_code for _ in range(11)]

    assert answers == [303] * 10 + [429]


def test_a_review_that_waits_or_is_hidden_is_not_denied_to_its_writer(
    db: Session, ada: FlaskClient
) -> None:
    # given a site on which an operator reads each review first, and somebody who writes one
    settings.use(settings.current().model_copy(update={"reviews_held": True}))
    form = text_of(ada.get("/film/wings/review").text)
    assert "Everybody can read it once an operator has." in form and "Send my review" in form
    told = text_of(ada.post("/film/wings/review", data=TYPED, follow_redirects=True).text)
    assert "once an operator has read it" in told and "Your review waits" not in told

    # when it waits and when it is hidden, then every page says so, and none that there is none
    for status, word, of_form in (
        ("waiting", "Your review waits for an operator", "It waits for an operator"),
        ("hidden", "Your review is hidden", "It is hidden: nobody else can read it here."),
    ):
        db.scalars(select(Review)).one().status = status
        db.flush()
        pages = [text_of(ada.get(f"/film/wings{page}").text) for page in ("", "/reviews")]
        form = text_of(ada.get("/film/wings/review").text)
        assert all(word in page and "Nobody has reviewed" not in page for page in pages)
        assert "Change your review" in pages[0]
        assert of_form in form and "Publish my review" not in form


def test_whoever_may_no_longer_watch_changes_and_takes_down_what_they_wrote(
    db: Session, ada: FlaskClient
) -> None:
    # given a review whose writer's trial is over, and to which others have said something
    ada.post("/film/wings/review", data=TYPED)
    review = db.scalars(select(Review)).one()
    reviews.find_helpful(db, review.id, factories.member(db))
    db.execute(delete(Entitlement))
    assert "Change your review" in ada.get("/film/wings").text

    # when they change it, then everybody reads the change
    assert "Take my review down" in ada.get("/film/wings/review").text
    ada.post("/film/wings/review", data={**TYPED, "text": "Better than I said."})
    assert "Better than I said." in ada.get("/film/wings/reviews").text

    # when they take it down, twice, then nothing is left of it and they may write no other
    answers = [ada.post("/film/wings/review/removal") for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [
        (303, "/film/wings#reviews")
    ] * 2
    assert "Your review is taken down." in ada.get("/film/wings").text
    assert "Change your review" not in ada.get("/film/wings").text
    assert [db.scalars(select(table)).all() for table in (Review, ReviewVote, Rating)] == [[]] * 3
    assert ada.get("/film/wings/review").location == "/film/wings?notice=review"


def test_a_review_that_was_hidden_does_not_come_back_by_being_taken_down_first(
    db: Session, ada: FlaskClient
) -> None:
    ada.post("/film/wings/review", data=TYPED)
    db.scalars(select(Review)).one().status = "hidden"
    db.flush()

    ada.post("/film/wings/review/removal")
    form = ada.get("/film/wings/review").text
    ada.post("/film/wings/review", data=TYPED)

    assert "once an operator has" in text_of(form) and "Take my review down" not in form
    assert db.scalars(select(Review.status)).one() == "waiting"


def test_a_review_that_nobody_doubted_is_taken_down_and_written_anew(
    db: Session, ada: FlaskClient
) -> None:
    ada.post("/film/wings/review", data=TYPED)
    ada.post("/film/wings/review/removal")

    assert "can be the first" in ada.get("/film/wings").text
    ada.post("/film/wings/review", data=TYPED)
    assert db.scalars(select(Review.status)).one() == "approved"


def test_nobody_takes_down_what_somebody_else_wrote(db: Session, ada: FlaskClient) -> None:
    factories.review(db, db.scalars(select(Title)).one(), member_id=factories.member(db).id)

    ada.post("/film/wings/review/removal")

    assert len(db.scalars(select(Review)).all()) == 1


def test_what_became_of_a_review_is_told_where_its_writer_is_led(ada: FlaskClient) -> None:
    published = ada.post("/film/wings/review", data=TYPED, follow_redirects=True).text

    inside = published.partition('id="reviews"')[2]
    assert "Your review is published." in inside
    assert published.count("Your review is published.") == 1


def test_nobody_reviews_a_film_that_is_to_come(db: Session, ada: FlaskClient) -> None:
    film = factories.title(db, name="Later")
    release = Release(title_id=film.id, territory="GB", kind="theatrical", on=date(2026, 12, 1))
    db.add(release)
    db.flush()

    answer = ada.get("/film/later/review")
    assert (answer.status_code, answer.location) == (303, "/film/later?notice=review")
    told = text_of(ada.get(answer.location).text)
    assert "You can write a review once the film is out." in told
    assert "You can be the first" not in told

    release.on = NOW.date()
    db.flush()
    db.expire_all()
    assert ada.get("/film/later/review").status_code == 200
    assert "once the film is out" not in ada.get("/film/later?notice=review").text
