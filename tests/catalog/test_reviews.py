"""Reviews of a film: in three orders, at most one a member."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from catalog import listings, popularity, reviews
from catalog.models import Title
from core import db as core_db
from core.keyset import Place
from tests import factories
from tests.queries import counted
from workers import upkeep


def test_reviews_are_listed_newest_highest_or_lowest_first(db):
    film = factories.title(db)
    for name, day, score in (("Ana", 1, 9), ("Ben", 3, 5), ("Cleo", 2, 9)):
        factories.review(db, film, name=name, written_on=date(2026, 11, day), score=score)
    factories.review(db, film, status="waiting")
    factories.review(db, factories.title(db))

    def listed(sort):
        return [one.name for one in reviews.listed(db, film.id, sort=sort, limit=9)]

    assert listed("newest") == ["Ben", "Cleo", "Ana"]
    assert listed("highest") == ["Cleo", "Ana", "Ben"]
    assert listed("lowest") == ["Ben", "Cleo", "Ana"]
    assert listed("anything else") == listed("newest")
    assert reviews.count(db, film.id) == 3


def test_reviews_are_read_in_parts_at_one_query_each(db):
    film = factories.title(db)
    for day in (1, 2, 3):
        factories.review(db, film, name=f"Day {day}", written_on=date(2026, 11, day))

    with counted(db) as asked:
        first = reviews.page(db, film.id, Place(), size=2)
        second = reviews.page(db, film.id, Place(behind=first.next), size=2)

    assert [one.name for one in first.rows + second.rows] == ["Day 3", "Day 2", "Day 1"]
    assert (first.previous, second.next) == (None, None)
    assert len(asked) == 3  # the second looks up where it goes on


@pytest.mark.parametrize("sort", reviews.SORTS)
def test_every_order_is_walked_there_and_back_without_a_gap(db, sort):
    # given reviews that tie in every way, and one that nobody may read
    film = factories.title(db)
    for number in range(1, 12):
        factories.review(
            db,
            film,
            name=f"Viewer {number}",
            written_on=date(2026, 11, 1 + number % 3),
            score=1 + number % 4,
            helpful=number % 2,
        )
    factories.review(db, film, status="waiting")
    whole = reviews.listed(db, film.id, sort=sort, limit=99)

    # when they are read in threes, there and back
    pages = [reviews.page(db, film.id, Place(), sort=sort, size=3)]
    while pages[-1].next:
        pages.append(reviews.page(db, film.id, Place(behind=pages[-1].next), sort=sort, size=3))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(reviews.page(db, film.id, Place(before=back[-1].previous), sort=sort, size=3))

    # then both ways show each of them once, in the order of the whole list
    assert [one for page in pages for one in page.rows] == whole
    assert [one for page in reversed(back) for one in page.rows] == whole
    assert len(whole) == 11


def test_a_page_behind_a_review_that_was_hidden_goes_on_from_where_it_stood(db):
    film = factories.title(db)
    old, edge, _ = [
        factories.review(db, film, name=f"Day {day}", written_on=date(2026, 11, day))
        for day in (1, 2, 3)
    ]
    elsewhere = factories.review(db, factories.title(db))
    edge.status = "hidden"
    db.flush()

    found = [reviews.page(db, film.id, Place(behind=one)).rows for one in (edge.id, elsewhere.id)]

    assert found == [[old], []]


@pytest.mark.parametrize("sort", reviews.SORTS)
def test_the_page_before_one_begins_where_it_did_on_the_way_there(db, sort):
    film = factories.title(db)
    for number in range(1, 8):
        factories.review(db, film, name=f"Viewer {number}", score=1 + number % 4)
    first = reviews.page(db, film.id, Place(), sort=sort, size=3)
    second = reviews.page(db, film.id, Place(behind=first.next), sort=sort, size=3)
    third = reviews.page(db, film.id, Place(behind=second.next), sort=sort, size=3)

    edges = [
        reviews.edge_before(db, film.id, page.rows[0].id, sort=sort, size=3)
        for page in (second, third)
    ]

    assert edges == [None, first.next]


def test_a_member_s_second_review_of_a_film_replaces_the_first(db):
    film, ada = factories.title(db), factories.member(db)
    usual = {"name": "Ada", "spoiler": False, "on": date(2026, 11, 2)}

    reviews.write(db, film.id, ada, score=3, text="Too long.", **usual)
    reviews.write(db, film.id, ada, score=9, text="I was wrong\0.", **usual)

    mine = reviews.by_member(db, film.id, ada)
    assert (mine.score, mine.text) == (9, "I was wrong.")
    assert reviews.count(db, film.id) == 1


def test_a_review_held_for_approval_is_its_writer_s_alone_to_see(db):
    film, ada = factories.title(db), factories.member(db)

    on = date(2026, 11, 2)
    held = {"name": "Ada", "spoiler": True, "on": on, "held": True}
    reviews.write(db, film.id, ada, score=3, text="Too long.", **held)

    assert reviews.by_member(db, film.id, ada).status == "waiting"
    assert reviews.listed(db, film.id, limit=5) == []


def test_a_cover_that_was_put_on_after_a_report_does_not_come_off_unread(db):
    film, ada, other = factories.title(db), factories.member(db), factories.member(db)
    usual = {"name": "Ada", "score": 9, "text": "She dies.", "on": date(2026, 11, 2)}
    review = reviews.write(db, film.id, ada, spoiler=False, **usual)
    reviews.report(db, review.id, other, "It tells the end.", now=factories.NOW)

    found = [
        reviews.write(db, film.id, ada, spoiler=covered, **usual).status
        for covered in (True, False)
    ]

    assert found == ["approved", "waiting"]


def test_a_film_is_as_popular_as_it_has_ratings_and_reviews(db):
    film = factories.title(db)
    factories.rating(db, film, source="Members", count=400)
    factories.rating(db, film, source="Critics", count=12)
    factories.review(db, film)
    factories.review(db, film, status="waiting")

    popularity.refresh(db)

    db.refresh(film)
    assert film.popularity == 413


def test_every_day_a_film_is_as_popular_as_what_was_written_since_makes_it(fresh_database):
    with core_db.transaction() as session:
        factories.review(session, factories.title(session))

    upkeep.refresh_tiers()

    with core_db.transaction() as session:
        assert session.scalars(select(Title.popularity)).all() == [1]


def test_a_film_with_more_votes_than_can_be_counted_is_as_popular_as_can_be(db):
    film = factories.title(db)
    for source in ("Members", "Critics"):
        factories.rating(db, film, source=source, count=2_000_000_000)

    popularity.refresh(db)

    db.refresh(film)
    assert film.popularity == popularity.MOST
    assert [one.name for one in listings.listed(db).cards] == [film.name]
