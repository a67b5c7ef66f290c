"""What members say to reviews, what operators decide, and the score that stays exact."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from catalog import moderation, plain, reviews, scores
from catalog.models import Rating, ReviewReport
from catalog.moderation import DecidedAlready, ReasonMissing, WrittenAnew
from catalog.reviews import OwnReview
from core import db as core_db
from core.errors import NotFound
from tests import factories
from tests.factories import NOW

ON = date(2026, 11, 22)
NOTHING = {"words": "", "reported_at": None}
USUAL = {"name": "Ada", "text": "Fine.", "spoiler": False, "on": ON}


def score(db, film):
    """Our score of a film as it is stored: average, count, votes from 1 to 10."""
    db.expire_all()
    found = db.get(Rating, (film.id, scores.OURS))
    return found and (str(found.score), found.count, found.histogram)


def votes(*given):
    return [given.count(one) for one in range(1, 11)]


def decide(db, review, decision, reason, *, reported_at=NOW):
    """Decide on a review as it stands."""
    read = {"words": moderation.fingerprint(review), "reported_at": reported_at}
    moderation.decide(db, review.id, decision, **read, reason=reason, now=NOW)


def hide(db, review):
    """Hide a review that somebody has reported."""
    reviews.report(db, review.id, factories.member(db), "Rude", now=NOW)
    decide(db, review, "hide", "An insult")


def test_the_score_follows_every_review_that_is_written_edited_hidden_and_approved(db):
    film, ada, bob = factories.title(db), factories.member(db), factories.member(db)

    mine = reviews.write(db, film.id, ada, score=7, **USUAL)
    reviews.write(db, film.id, bob, score=8, **USUAL)
    assert score(db, film) == ("7.5", 2, votes(7, 8))

    reviews.write(db, film.id, ada, score=2, **USUAL)
    assert score(db, film) == ("5.0", 2, votes(2, 8))

    hide(db, mine)
    assert score(db, film) == ("8.0", 1, votes(8))

    reviews.write(db, film.id, ada, score=2, **USUAL)
    decide(db, mine, "approve", "No insult")
    assert score(db, film) == ("5.0", 2, votes(2, 8))


def test_a_film_whose_last_review_is_hidden_has_no_score(db):
    film = factories.title(db)
    only = reviews.write(db, film.id, factories.member(db), score=7, **USUAL)

    hide(db, only)

    assert score(db, film) is None


def test_a_hidden_review_does_not_come_back_by_being_edited(db):
    film, ada = factories.title(db), factories.member(db)
    bad = reviews.write(db, film.id, ada, score=1, **USUAL)
    hide(db, bad)

    again = reviews.write(db, film.id, ada, score=1, **{**USUAL, "text": "Fine!"})

    assert again.status == "waiting"
    assert score(db, film) is None
    assert [one.review.id for one in moderation.queue(db)] == [bad.id]


def test_two_members_who_write_at_once_are_both_counted(fresh_database):
    with core_db.transaction() as db:
        film = factories.title(db).id
        members = [factories.member(db).id for _ in range(6)]
    together = threading.Barrier(len(members))

    def write(member_id):
        with core_db.transaction() as db:
            ada = db.get(factories.Member, member_id)
            together.wait()
            reviews.write(db, film, ada, score=6, **USUAL)

    threads = [threading.Thread(target=write, args=(each,)) for each in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with core_db.transaction() as db:
        assert db.get(Rating, (film, scores.OURS)).count == len(members)


def test_a_review_is_helpful_once_to_each_and_never_to_its_writer(db):
    film, ada, bob = factories.title(db), factories.member(db), factories.member(db)
    review = reviews.write(db, film.id, ada, score=9, **USUAL)

    for _ in range(3):
        reviews.find_helpful(db, review.id, bob)
    assert review.helpful == 1
    assert reviews.found_helpful(db, [review.id], bob) == {review.id}
    with pytest.raises(OwnReview):
        reviews.find_helpful(db, review.id, ada)

    for _ in range(2):
        reviews.take_back(db, review.id, bob)
    assert review.helpful == 0


def test_the_most_helpful_review_can_stand_first(db):
    film = factories.title(db)
    old = factories.review(db, film, written_on=date(2020, 1, 1), helpful=3)
    new = factories.review(db, film, written_on=ON)

    order = [one.id for one in reviews.listed(db, film.id, sort="helpful", limit=5)]

    assert order == [old.id, new.id]


def test_a_reported_review_waits_for_an_operator_and_stays_up_until_then(db):
    film, ada, bob = factories.title(db), factories.member(db), factories.member(db)
    review = reviews.write(db, film.id, ada, score=9, **USUAL)

    reviews.report(db, review.id, bob, "Rude", now=NOW)
    reviews.report(db, review.id, bob, "Very rude", now=NOW)

    (waiting,) = moderation.queue(db)
    assert (waiting.review.id, waiting.reasons) == (review.id, ("Very rude",))
    assert reviews.count(db, film.id) == 1
    decide(db, review, "approve", "Blunt, not rude")
    assert (moderation.queue(db), moderation.waiting(db)) == ([], 0)


def test_a_report_that_nobody_has_read_yet_keeps_the_review_waiting(db):
    # given a review that an operator has open, and that another member reports meanwhile
    review = factories.review(db, factories.title(db))
    reviews.report(db, review.id, factories.member(db), "I do not like it", now=NOW)
    (read,) = moderation.queue(db)
    later = NOW + timedelta(minutes=1)
    reviews.report(db, review.id, factories.member(db), "My address", now=later)

    decide(db, review, "approve", "Harmless", reported_at=read.reported_at)

    assert [one.reasons for one in moderation.queue(db)] == [("My address",)]


@pytest.mark.parametrize("first", ["approve", "hide"])
@pytest.mark.parametrize("second", ["approve", "hide"])
def test_of_two_operators_the_later_one_changes_nothing(db, first, second):
    review = factories.review(db, factories.title(db))
    reviews.report(db, review.id, factories.member(db), "Rude", now=NOW)
    decide(db, review, first, "So it is")
    before = review.status

    with pytest.raises(DecidedAlready):
        decide(db, review, second, "Not so")

    assert review.status == before


def test_a_hidden_review_does_not_come_back_from_a_page_read_before(db):
    # given one that was reported again before it was hidden
    review = factories.review(db, factories.title(db))
    hide(db, review)
    reported = {"review_id": review.id, "member_id": factories.member(db).id, "at": NOW}
    db.add(ReviewReport(**reported, reason="Rude"))
    db.flush()

    with pytest.raises(DecidedAlready):
        decide(db, review, "approve", "Fine")


def test_nobody_approves_a_name_that_they_have_not_read(db):
    film, ada = factories.title(db), factories.member(db)
    review = reviews.write(db, film.id, ada, score=8, **USUAL, held=True)
    read = {"words": moderation.queue(db)[0].words, "reported_at": None}
    reviews.write(db, film.id, ada, score=8, **{**USUAL, "name": "Buy pills"}, held=True)

    with pytest.raises(WrittenAnew):
        moderation.decide(db, review.id, "approve", **read, reason="Fine", now=NOW)

    assert review.status == "waiting"


def test_those_that_wait_longest_are_decided_first(db):
    film = factories.title(db)
    old = factories.review(db, film, text="Old", written_on=date(2024, 1, 1))
    held = factories.review(db, film, text="Held", written_on=date(2026, 11, 1), status="waiting")
    later = factories.review(db, film, text="Later", written_on=date(2026, 11, 9), status="waiting")
    reviews.report(db, old.id, factories.member(db), "Rude", now=NOW - timedelta(days=20))

    assert [one.review for one in moderation.queue(db)] == [held, old, later]


def test_a_badge_stays_when_the_text_is_changed(db):
    film, ada = factories.title(db), factories.member(db)
    said = {"name": "Ada", "score": 8, "spoiler": False, "on": date(2026, 11, 1)}

    written = reviews.write(db, film.id, ada, text="Seen.", watched=True, **said)
    again = reviews.write(db, film.id, ada, text="Seen twice.", watched=False, **said)

    assert (again.id, again.text, again.watched) == (written.id, "Seen twice.", True)


def test_a_decision_needs_a_reason_and_a_review(db):
    review = factories.review(db, factories.title(db))

    with pytest.raises(ReasonMissing):
        decide(db, review, "hide", " ")
    with pytest.raises(NotFound):
        moderation.decide(db, review.id + 1, "hide", **NOTHING, reason="Spam", now=NOW)
    assert review.status == "approved"


def test_nobody_votes_on_what_is_not_shown(db):
    review = factories.review(db, factories.title(db), status="hidden")

    with pytest.raises(NotFound):
        reviews.find_helpful(db, review.id, factories.member(db))


def test_an_import_never_speaks_for_our_members(db):
    film = factories.title(db)
    reviews.write(db, film.id, factories.member(db), score=9, **USUAL)
    before = score(db, film)

    scores.refresh_all(db)

    assert score(db, film) == before == ("9.0", 1, votes(9))
    assert db.scalars(select(Rating.source)).all() == [scores.OURS]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069c\u200b\u2060\ufeffd", "abcd"),
        ("Z" + "\u0301" * 50 + "algo", "Z" + "\u0301" * 3 + "algo"),
        ("H\u1dc4" + "\u1dc4" * 50, "H" + "\u1dc4" * 3),
        ("H" + "\u0301\u200d" * 9, "H" + "\u0301\u200d" * 3 + "\u200d" * 6),
        ("H" + "\U0001d165" * 50, "H" + "\U0001d165" * 5),
        ("\u0e01" + "\u0e49" * 50, "\u0e01" + "\u0e49" * 5),
        ("\u200b\u00a0\u3164", ""),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\u200d\u200c", ""),
        ("\u2800\u2800", ""),
        ("\u0301\u0302 \u20e3", ""),
        ("two\u2028lines", "two\nlines"),
        ("\x00\x1b[31mred\x85", "[31mred"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_what_deceives_the_eye_is_not_kept_and_every_script_is(typed, kept):
    assert plain.readable(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\u05e9\u05c1\u05bc\u05b8\u0591\u05de\u05b7\u05d9\u05b4\u05dd", id="Hebrew"),
        pytest.param("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f\u064c", id="Arabic"),
        pytest.param("\u0e17\u0e35\u0e48\u0e19\u0e31\u0e49\u0e19", id="Thai"),
        pytest.param("\u0939\u093f\u0928\u094d\u0926\u0940 \u091c\u093c\u0941\u0902", id="Hindi"),
        pytest.param("\u101b\u103e\u102f\u1036\u1037\u1001\u103b", id="Burmese"),
        pytest.param("\u0f66\u0f92\u0fb2\u0f74\u0f56", id="Tibetan"),
        pytest.param(
            "vie\u0302\u0323t \u03b1\u0313\u0301\u0345", id="Vietnamese and Greek in parts"
        ),
        pytest.param("1\ufe0f\u20e3 \u2764\ufe0f\u200d\U0001f525", id="emoji"),
    ],
)
def test_the_usual_marks_of_every_script_are_kept(text):
    assert plain.readable(text) == text


@pytest.mark.parametrize("breaks", ["\n" * 373, "\r" * 9, "\r\n" * 3, "\n \n\u200d\n\t\n"])
def test_a_review_has_one_empty_line_at_most_between_two_others(db, breaks):
    said = {**USUAL, "text": f"One.\nTwo.\n\nThree.{breaks}Four."}

    review = reviews.write(db, factories.title(db).id, factories.member(db), score=8, **said)

    assert review.text == "One.\nTwo.\n\nThree.\n\nFour."
