"""What operators decide about reviews: which are shown, and which are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import Audit
from catalog import moderation, reviews
from catalog.models import Rating, Review, Title
from core import settings
from tests import factories
from tests.factories import NOW
from tests.web.desk import staff
from tests.web.reading import parsed, text_of
from tests.web.reviewers import TYPED, ada

__all__ = ["ada"]
pytestmark = pytest.mark.usefixtures("today")


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


def test_the_queue_is_not_for_everybody(
    db: Session, client: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    who = [client, signed_in_as(factories.member(db)), signed_in_as(staff(db, "viewer"))]

    assert [one.get("/desk/reviews").status_code for one in who] == [303, 403, 403]
