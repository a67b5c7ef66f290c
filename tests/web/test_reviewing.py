"""Writing a review: who may, what is refused, and what everybody then reads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.models import Entitlement, PlaybackSession
from accounts.models import Member
from billing.models import Audit
from catalog import moderation, reviews
from catalog.models import FormerSlug, Rating, Release, Review, ReviewReport, ReviewVote, Title
from core import settings
from tests import factories
from tests.factories import NOW
from tests.web.desk import staff
from tests.web.reading import graph_of, parsed, text_of

pytestmark = pytest.mark.usefixtures("today")
TYPED = {"name": "Ada", "score": "9", "text": "Slow, and\r\nworth it.", "spoiler": "1"}


@pytest.fixture
def ada(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    """A member on a trial, and a film to review."""
    member = factories.member(db)
    factories.title(db, name="Wings")
    factories.entitlement(db, member, NOW + timedelta(days=9))
    client = signed_in_as(member)
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


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


def test_another_members_review_is_called_helpful_once_and_reported_with_a_reason(
    db: Session, ada: FlaskClient
) -> None:
    film = db.scalars(select(Title)).one()
    other = factories.review(db, film, member_id=factories.member(db).id, name="Bob")
    there = f"/film/wings/reviews/{other.id}"

    for _ in range(2):
        answer = ada.post(f"{there}/helpful", data={"helpful": "yes"})
    bare = ada.post(f"{there}/report", data={"reason": "\u200b"})
    ada.post(f"{there}/report", data={"reason": "An advertisement"})

    assert answer.location == f"/film/wings/reviews#review-{other.id}"
    page = ada.get("/film/wings").text
    assert "1 person found this helpful" in text_of(page)
    assert "Not helpful after all : the review by Bob" in text_of(page)
    assert (bare.status_code, "Say in a few words" in bare.text) == (422, True)
    parsed(bare.text)
    assert ada.post("/film/wings/reviews/999/helpful").status_code == 404


def test_a_reason_that_is_too_long_comes_back_whole_and_is_counted(
    db: Session, ada: FlaskClient
) -> None:
    film = db.scalars(select(Title)).one()
    there = f"/film/wings/reviews/{factories.review(db, film).id}/report"
    assert "Up to 500 letters." in ada.get(there).text

    page = ada.post(there, data={"reason": "Rude.\r\n" * 80 + "x" * 21})

    assert (page.status_code, "x" * 21 + "</textarea>" in page.text) == (422, True)
    assert "Write between 1 and 500 letters; these are 501." in text_of(page.text)
    assert db.scalars(select(ReviewReport)).all() == []
    parsed(page.text)
    ada.post(there, data={"reason": "Rude.\r\n" * 80 + "x" * 20})
    assert len(db.scalars(select(ReviewReport.reason)).one()) == reviews.LONGEST_REASON


def test_a_press_on_a_later_page_of_reviews_leads_back_to_that_page(
    db: Session, ada: FlaskClient
) -> None:
    film, bob = db.scalars(select(Title)).one(), factories.member(db)
    first = factories.review(db, film, member_id=bob.id, name="Bob", score=1)
    for number in range(30):
        factories.review(db, film, name=f"Reader {number}", score=9)
    page = ada.get("/film/wings/reviews?sort=highest").text
    further = html.unescape(
        re.findall(r'href="(/film/wings/reviews[?][^"]*behind=[^"]*)"', page)[0]
    )

    there = ada.get(further).text
    (form,) = re.findall(rf'action="(/film/wings/reviews/{first.id}/helpful[^"]*)"', there)
    answer = ada.post(html.unescape(form), data={"helpful": "yes"})

    assert answer.location == f"{further}#review-{first.id}"
    assert f'id="review-{first.id}"' in ada.get(answer.location).text


def test_a_press_on_the_film_s_own_page_leads_back_to_it(db: Session, ada: FlaskClient) -> None:
    bob = factories.review(db, db.scalars(select(Title)).one(), name="Bob")
    page = ada.get("/film/wings").text

    (form,) = re.findall(r'action="(/film/wings/reviews/[^"]*/helpful[^"]*)"', page)
    answer = ada.post(html.unescape(form), data={"helpful": "yes"})
    (report,) = re.findall(r'href="(/film/wings/reviews/[^"]*/report[^"]*)"', page)
    asked = ada.get(html.unescape(report)).text
    (form,) = re.findall(r'action="(/film/wings/reviews/[^"]*/report[^"]*)"', asked)
    told = ada.post(html.unescape(form), data={"reason": "An advertisement"})

    back = f"/film/wings#review-{bob.id}"
    assert (answer.location, told.location, f'href="{back}"' in asked) == (back, back, True)


def test_a_number_that_no_review_has_is_not_in_the_programme(ada: FlaskClient) -> None:
    for number in (7, 2**63, 10**30):
        assert ada.get(f"/film/wings/reviews/{number}/report").status_code == 404
        assert ada.post(f"/film/wings/reviews/{number}/helpful").status_code == 404


def test_a_review_that_is_sent_to_a_former_address_is_sent_again(
    db: Session, ada: FlaskClient
) -> None:
    db.add(FormerSlug(slug="wingz", title_id=db.scalars(select(Title.id)).one()))
    db.flush()

    moved = ada.post("/film/wingz/review?from=drama", data=TYPED)
    ada.post(moved.location, data=TYPED)

    assert (moved.status_code, moved.location) == (308, "/film/wings/review?from=drama")
    assert "worth it." in text_of(ada.get("/film/wings/reviews").text)


def test_the_writer_is_offered_neither_and_is_refused(db: Session, ada: FlaskClient) -> None:
    ada.post("/film/wings/review", data=TYPED)
    mine = db.scalars(select(Review)).one()

    assert "Report the review" not in text_of(ada.get("/film/wings").text)
    assert ada.post(f"/film/wings/reviews/{mine.id}/helpful").status_code == 403


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


def test_a_review_that_is_held_is_shown_once_an_operator_has_approved_it(
    db: Session, ada: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    settings.use(settings.current().model_copy(update={"reviews_held": True}))
    ada.post("/film/wings/review", data=TYPED)
    review = db.scalars(select(Review)).one()
    assert "once an operator has read it" in ada.get("/film/wings").text
    assert "worth it" not in ada.get("/film/wings").text

    operator = staff(db, "support")
    desk = signed_in_as(operator)
    page = desk.get("/desk/reviews").text
    assert "1 review waits for a decision" in text_of(page)
    parsed(page)
    seen = {"decision": "approve", "words": moderation.fingerprint(review)}
    bare = desk.post(f"/desk/reviews/{review.id}", data=seen)
    desk.post(f"/desk/reviews/{review.id}", data={**seen, "reason": "Fine"})

    assert bare.status_code == 422
    assert "worth it" in ada.get("/film/wings").text
    row = db.scalars(select(Audit)).one()
    assert (row.actor, row.action, row.reason) == (
        f"operator:{operator.id}",
        "review.approve",
        "Fine",
    )
    assert "No review waits" in desk.get("/desk/reviews").text


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


def test_nobody_approves_words_that_they_have_not_read(
    db: Session, ada: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    # given a review that an operator has open, and that its writer then changes
    settings.use(settings.current().model_copy(update={"reviews_held": True}))
    ada.post("/film/wings/review", data=TYPED)
    review = db.scalars(select(Review)).one()
    desk = signed_in_as(staff(db, "support"))
    form = parsed(desk.get("/desk/reviews").text)
    words = next(one.get("value") for one in form.iter("input") if one.get("name") == "words")
    ada.post("/film/wings/review", data={**TYPED, "text": "Buy pills"})

    # when it is approved from the old page, then nothing is decided
    seen = {"decision": "approve", "words": words, "reason": "Fine"}
    answer = desk.post(f"/desk/reviews/{review.id}", data=seen)

    assert (answer.status_code, "written anew since you read it" in answer.text) == (409, True)
    db.refresh(review)
    assert (review.text, review.status) == ("Buy pills", "waiting")
    assert "Buy pills" in desk.get("/desk/reviews").text


def test_of_two_operators_the_later_one_is_told_and_nobody_settles_an_unread_report(
    db: Session, ada: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    # given a reported review that two operators have open, and a report that comes meanwhile
    review = factories.review(db, db.scalars(select(Title)).one())
    reviews.report(db, review.id, factories.member(db), "Dull", now=NOW)
    desk = signed_in_as(staff(db, "support"))
    form = parsed(desk.get("/desk/reviews").text)
    hidden = {str(one.get("name")): one.get("value") for one in form.iter("input")}
    later = NOW + timedelta(microseconds=1)
    reviews.report(db, review.id, factories.member(db), "My address", now=later)

    # when both decide, the second is refused
    there = f"/desk/reviews/{review.id}"
    first = desk.post(there, data={**hidden, "decision": "approve", "reason": "Fine"})
    second = desk.post(there, data={**hidden, "decision": "hide", "reason": "Rude"})

    # and what neither has read still waits
    assert (first.status_code, second.status_code) == (303, 409)
    assert "somebody has decided on it since you read it" in second.text
    waiting = text_of(desk.get("/desk/reviews").text)
    assert ("My address" in waiting, "Dull" in waiting) == (True, False)


def test_a_review_hidden_by_mistake_is_shown_again(
    db: Session, ada: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    # given a review that an operator has hidden
    ada.post("/film/wings/review", data=TYPED)
    review = db.scalars(select(Review)).one()
    reviews.report(db, review.id, factories.member(db), "Dull", now=NOW)
    desk = signed_in_as(staff(db, "support"))
    seen = {"words": moderation.fingerprint(review), "reason": "Rude"}
    there = f"/desk/reviews/{review.id}"
    desk.post(there, data={**seen, "decision": "hide", "reported_at": NOW.isoformat()})
    assert "worth it" not in ada.get("/film/wings").text

    # when they find it among the hidden ones and restore it, twice
    page = desk.get("/desk/reviews/hidden")
    again = {**seen, "decision": "restore", "reason": "Not rude at all"}
    answers = [desk.post(there, data=again) for _ in range(2)]

    # then everybody reads it and its score counts, and the second is told
    assert "Slow, and" in text_of(page.text)
    parsed(page.text)
    assert [(one.status_code, one.location) for one in answers] == [
        (303, "/desk/reviews/hidden"),
        (409, None),
    ]
    shown = text_of(ada.get("/film/wings").text)
    assert ("worth it" in shown, db.scalars(select(Rating.count)).all()) == (True, [1])
    assert "No review is hidden" in desk.get("/desk/reviews/hidden").text
    assert "No review waits" in desk.get("/desk/reviews").text
    acts = db.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert acts == ["review.hide", "review.restore"]


def test_a_second_voice_of_a_merged_account_is_not_restored(
    db: Session, ada: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    ada.post("/film/wings/review", data=TYPED)
    gone = factories.member(db)
    review = factories.review(db, db.scalars(select(Title)).one(), status="hidden")
    review.member_id = gone.id
    gone.merged_into_id, gone.merged_at = factories.member(db).id, NOW
    db.flush()
    desk = signed_in_as(staff(db, "support"))

    assert "No review is hidden" in desk.get("/desk/reviews/hidden").text
    seen = {"words": moderation.fingerprint(review), "reason": "Why not", "decision": "restore"}
    assert desk.post(f"/desk/reviews/{review.id}", data=seen).status_code == 404


def test_what_became_of_a_review_is_told_where_its_writer_is_led(ada: FlaskClient) -> None:
    published = ada.post("/film/wings/review", data=TYPED, follow_redirects=True).text

    inside = published.partition('id="reviews"')[2]
    assert "Your review is published." in inside
    assert published.count("Your review is published.") == 1


def test_what_became_of_a_report_is_told_at_the_review(db: Session, ada: FlaskClient) -> None:
    film = db.scalars(select(Title)).one()
    first, second = (factories.review(db, film, text=said) for said in ("One.", "Two."))

    there = f"/film/wings/reviews/{second.id}/report"
    page = ada.post(there, data={"reason": "Dull"}, follow_redirects=True).text

    at = page.index("Thank you. An operator will read the review.")
    assert page.index(f'id="review-{second.id}"') < at < page.index("Two.")
    assert not page.index(f'id="review-{first.id}"') < at < page.index("One.")


def test_reporting_a_review_does_not_give_its_story_away(db: Session, ada: FlaskClient) -> None:
    film = db.scalars(select(Title)).one()
    review = factories.review(db, film, text="The butler did it.", spoiler=True)

    page = ada.get(f"/film/wings/reviews/{review.id}/report").text

    cover = page.partition("<details")[2].partition("</details>")[0]
    assert ("The butler did it." in cover, page.count("The butler did it.")) == (True, 1)


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


def test_the_queue_is_not_for_everybody(
    db: Session, client: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    who = [client, signed_in_as(factories.member(db)), signed_in_as(staff(db, "viewer"))]

    assert [one.get("/desk/reviews").status_code for one in who] == [303, 403, 403]
