"""What a review keeps when its writer sends another: its day, its votes, its approval."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import moderation, reviews
from catalog.models import ReviewVote
from tests import factories
from tests.factories import NOW

FIRST, LATER = date(2026, 1, 1), date(2026, 11, 2)
USUAL = {"name": "Ada", "score": 9, "text": "A fine film.", "spoiler": False}


@pytest.fixture
def film(db):
    """A film."""
    return factories.title(db)


@pytest.fixture
def ada(db):
    """A member who writes."""
    return factories.member(db)


@pytest.fixture
def review(db, film, ada):
    """A review that two members found helpful."""
    written = reviews.write(db, film.id, ada, **USUAL, on=FIRST)
    for _ in range(2):
        reviews.find_helpful(db, written.id, factories.member(db))
    return written


def standing(review):
    """What readers see of a review, and where it stands among the others."""
    return review.status, review.written_on, review.helpful


def report_and_approve(db, review):
    """Have an operator read a review that somebody reported."""
    reviews.report(db, review.id, factories.member(db), "Rude", now=NOW)
    read = {"words": moderation.fingerprint(review), "reported_at": NOW}
    moderation.decide(db, review.id, "approve", **read, reason="Blunt", now=NOW)


@pytest.mark.parametrize("held", [False, True])
def test_a_review_that_is_sent_again_as_it_stands_changes_nothing(db, film, ada, review, held):
    report_and_approve(db, review)

    reviews.write(db, film.id, ada, **USUAL, on=LATER, held=held)

    assert standing(review) == ("approved", FIRST, 2)


@pytest.mark.parametrize("change", [{"score": 3}, {"spoiler": True}, {"name": "Ada L."}])
def test_another_score_cover_or_name_leaves_its_day_and_votes(db, film, ada, review, change):
    reviews.write(db, film.id, ada, **{**USUAL, **change}, on=LATER)

    assert standing(review) == ("approved", FIRST, 2)


def test_another_text_is_of_its_own_day_and_nobody_has_found_it_helpful(db, film, ada, review):
    reviews.write(db, film.id, ada, **{**USUAL, "text": "Dull."}, on=LATER)

    assert standing(review) == ("approved", LATER, 0)
    assert db.query(ReviewVote).count() == 0


@pytest.mark.parametrize("change", [{"text": "Buy pills."}, {"name": "Buy pills"}])
def test_other_words_than_those_approved_after_a_report_wait_again(db, film, ada, review, change):
    report_and_approve(db, review)

    reviews.write(db, film.id, ada, **{**USUAL, **change}, on=LATER)

    assert [one.review for one in moderation.queue(db)] == [review]
    assert reviews.count(db, film.id) == 0
