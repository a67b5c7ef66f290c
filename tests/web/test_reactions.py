"""What readers say to a review of somebody else: helpful, or not fit."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import reviews
from catalog.models import Review, ReviewReport, Title
from tests import factories
from tests.web.reading import parsed, text_of
from tests.web.reviewers import TYPED, ada

__all__ = ["ada"]
pytestmark = pytest.mark.usefixtures("today")


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


def test_the_writer_is_offered_neither_and_is_refused(db: Session, ada: FlaskClient) -> None:
    ada.post("/film/wings/review", data=TYPED)
    mine = db.scalars(select(Review)).one()

    assert "Report the review" not in text_of(ada.get("/film/wings").text)
    assert ada.post(f"/film/wings/reviews/{mine.id}/helpful").status_code == 403


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
