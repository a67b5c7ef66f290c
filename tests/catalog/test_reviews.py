"""Reviews of a film: in three orders, at most one a member."""

from __future__ import annotations

from datetime import date

from catalog import popularity, reviews
from tests import factories
from tests.queries import counted


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
        parts = [reviews.listed(db, film.id, limit=2, offset=offset) for offset in (0, 2)]

    assert [[one.name for one in part] for part in parts] == [["Day 3", "Day 2"], ["Day 1"]]
    assert len(asked) == 2


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


def test_a_film_is_as_popular_as_it_has_ratings_and_reviews(db):
    film = factories.title(db)
    factories.rating(db, film, source="Members", count=400)
    factories.rating(db, film, source="Critics", count=12)
    factories.review(db, film)
    factories.review(db, film, status="waiting")

    popularity.refresh(db)

    db.refresh(film)
    assert film.popularity == 413
