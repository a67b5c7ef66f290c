"""What stands beside a film that nothing is like is chosen by a worker, and stays for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from catalog import film_pages, similar, similar_filling, similar_finding
from catalog.models import Title
from tests import factories
from tests.factories import NOW
from tests.queries import counted

DAY = timedelta(hours=24)


@pytest.fixture
def films(db):
    """A film that nothing is like, and four that have nothing in common with it or each other."""
    alone = factories.title(db, name="Alone", slug="alone", genres=["Western"])
    for popularity, name in enumerate(("Never rated", "Little", "More", "Most")):
        factories.title(db, name=name, slug=name.lower().replace(" ", "-"), popularity=popularity)
    similar_finding.refresh_some(db, now=NOW)
    return alone


def shown(db, film):
    """What stands beside a film on its page, and that it is the same elsewhere."""
    db.expire_all()
    on_page = film_pages.by_slug(db, film.slug).similar
    assert on_page in ([], similar.of(db, film.id))
    return [one.card.name for one in on_page]


def set_title(db, slug, **values):
    db.execute(update(Title).where(Title.slug == slug).values(values))


def test_the_worker_chooses_the_popular_films_each_with_its_reason(db, films):
    beside = film_pages.by_slug(db, "alone").similar

    assert [(one.card.name, one.reason) for one in beside] == [
        ("Most", "Popular with others"),
        ("More", "Popular with others"),
        ("Little", "Popular with others"),
        ("Never rated", "Also in the catalogue"),
    ]
    assert not similar.is_found(beside)
    assert shown(db, films) == [one.card.name for one in beside]


def test_they_are_read_with_the_film_in_one_query(db, films):
    with counted(db) as asked:
        film_pages.by_slug(db, "alone")

    assert len(asked) == 1


def test_they_stay_for_a_day_though_others_become_popular_and_follow_then(db, films):
    set_title(db, "never-rated", popularity=9)
    before = ["Most", "More", "Little", "Never rated"]
    assert shown(db, films) == before

    similar_finding.refresh_some(db, now=NOW + DAY - timedelta(minutes=1))
    assert shown(db, films) == before

    similar_finding.refresh_some(db, now=NOW + DAY)
    assert shown(db, films) == ["Never rated", "Most", "More", "Little"]
    assert {one.reason for one in similar.of(db, films.id)} == {"Popular with others"}

    # and the new choice stays for a day of its own
    set_title(db, "little", popularity=99)
    similar_finding.refresh_some(db, now=NOW + 2 * DAY - timedelta(minutes=1))
    assert shown(db, films) == ["Never rated", "Most", "More", "Little"]


def test_a_film_that_comes_stands_at_the_end_until_the_day_is_over(db, films):
    factories.title(db, name="New", popularity=99)

    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))

    assert shown(db, films) == ["Most", "More", "Little", "Never rated", "New"]


@pytest.mark.parametrize("status", ["withdrawn", "draft"])
def test_a_film_that_leaves_is_gone_at_once_and_the_next_takes_its_place(db, status):
    alone = factories.title(db, name="Alone", genres=["Western"])
    for place in range(similar_filling.KEPT + 1):
        factories.title(db, slug=f"f-{place}", name=f"F {place}", popularity=99 - place)
    similar_finding.refresh_some(db, now=NOW)

    # given twelve that leave
    for place in range(similar.AT_MOST):
        set_title(db, f"f-{place}", status=status)
    later = [f"F {place}" for place in range(similar.AT_MOST, similar_filling.KEPT)]
    assert shown(db, alone) == later

    # when the worker comes, the order of the day stays and the places behind it are filled
    set_title(db, "f-24", popularity=999)
    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))
    assert shown(db, alone) == later
    stored = db.scalars(text("select title_id from similar_filling order by rank")).all()
    assert db.scalar(text("select id from title where slug = 'f-24'")) == stored[similar.AT_MOST]


def test_there_is_always_something_beside_a_film(db, films):
    # given every chosen film withdrawn, and one that came since
    factories.title(db, name="New")
    for slug in ("most", "more", "little", "never-rated"):
        set_title(db, slug, status="withdrawn")

    # then its page asks for what is popular, until the worker has chosen anew
    assert shown(db, films) == []
    assert [one.card.name for one in similar.of(db, films.id)] == ["New"]
    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))
    assert shown(db, films) == ["New"]


def test_a_film_that_nobody_has_looked_at_yet_does_not_pass_for_one_that_is_like_none(db, films):
    new = factories.title(db, name="New", genres=["Drama"])
    factories.title(db, name="Drama too", genres=["Drama"])

    assert shown(db, new) == []
    assert next(one.card.name for one in similar.of(db, new.id)) == "Drama too"

    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))
    assert shown(db, new) == ["Drama too"]


def test_a_withdrawn_film_names_none_that_are_only_popular(db, films):
    set_title(db, "alone", status="withdrawn")

    assert similar.of_withdrawn(db, "alone") == []


def test_a_choice_that_is_the_same_is_not_written_but_for_its_day(db, films):
    rows = "select rank, title_id, xmin::text from similar_filling order by rank"
    before = db.execute(text(rows)).all()

    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))
    assert db.execute(text(rows)).all() == before

    similar_finding.refresh_some(db, now=NOW + DAY)
    assert db.scalar(text("select min(made_at) from similar_filling")) == NOW + DAY


def test_as_few_films_are_chosen_and_as_little_asked_for_many_films_as_for_few(db):
    asked = []
    for number in (3, 60):
        for _ in range(number):
            factories.title(db)
        similar_finding.refresh_some(db, now=NOW)
        with counted(db) as statements:
            similar_filling.refresh(db, now=NOW + timedelta(hours=1))
        asked.append(len(statements))

    assert asked == [2, 2]
    kept = db.scalar(text("select count(*) from similar_filling"))
    assert kept == similar_filling.KEPT


def test_a_film_whose_only_like_one_leaves_has_the_popular_ones_at_once(db, films):
    left = factories.title(db, name="Left", genres=["Drama"])
    factories.title(db, name="Goes", slug="goes", genres=["Drama"])
    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=10))
    assert shown(db, left) == ["Goes"]

    set_title(db, "goes", status="withdrawn")

    popular = ["Most", "More", "Little", "Alone", "Never rated"]
    assert shown(db, left) == popular
    similar_finding.refresh_some(db, now=NOW + timedelta(minutes=20))
    assert shown(db, left) == popular
