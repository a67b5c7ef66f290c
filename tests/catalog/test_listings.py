"""Lists of films: narrowed, ordered, read page by page, at any length."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import delete, select, text

from catalog import choices, counts, listings
from catalog.cards import Card
from catalog.listings import Anchor
from catalog.models import Certificate, Listing, ListingCount, Rating, TitleGenre
from catalog.scores import OURS
from tests import factories
from tests.factories import NOW
from tests.queries import counted


def names(listing):
    return [card.name for card in listing.cards]


def test_a_list_shows_published_films_the_most_popular_first(db):
    factories.title(db, name="Quiet", popularity=3, genres=["Drama", "War"])
    factories.title(db, name="Loud", popularity=9)
    factories.title(db, name="Draft", popularity=99, status="draft")

    listing = listings.listed(db)

    assert listing.cards == [
        Card("loud", "Loud", 1995, None),
        Card("quiet", "Quiet", 1995, "Drama"),
    ]
    assert (listing.total, listing.page, listing.pages) == (2, 1, 1)


def test_a_list_is_narrowed_by_every_filter_at_once(db):
    right = {"year": 1995, "runtime_minutes": 100, "genres": ["War", "Drama"]}
    wrong = [{"year": 2000}, {"runtime_minutes": 121}, {"genres": ["War"]}]
    for number, over in enumerate([right, *({**right, **one} for one in wrong)]):
        film = factories.title(db, name=f"Film {number}", slug=f"film-{number}", **over)
        db.add(Certificate(title_id=film.id, system="MPA", territory="US", label="R"))
    factories.title(db, name="No certificate", **right)

    listing = listings.listed(db, genre="drama", decade=1990, certificate="R", length="usual")

    assert names(listing) == ["Film 0"]


def test_a_list_can_be_sorted(db):
    old = factories.title(db, name="Ä film", slug="old", year=1920, popularity=1)
    new = factories.title(db, name="B film", slug="new", year=2020)
    factories.title(db, name="C film", slug="unknown", year=None)
    factories.rating(db, old, score=6, scale=10)
    factories.rating(db, new, score=4, scale=5)

    sorted_ = {
        sort: [c.slug for c in listings.listed(db, sort=sort).cards] for sort in listings.SORTS
    }

    assert sorted_ == {
        "popular": ["old", "new", "unknown"],
        "newest": ["new", "old", "unknown"],
        "oldest": ["old", "new", "unknown"],
        "rating": ["new", "old", "unknown"],
        "name": ["old", "new", "unknown"],
    }


def test_best_rated_passes_over_scores_of_fewer_than_five_votes_and_takes_our_members_first(db):
    films = {
        "Hardly rated": [{"score": 10, "count": 1}],
        "Rated": [{"score": 4, "count": 5}],
        "Rated better by few": [
            {"score": 3, "count": 5},
            {"source": "Few", "score": 9, "count": 4},
        ],
        "Rated here": [{"score": 9}, {"source": OURS, "score": 2, "count": 5}],
        "Hardly rated here": [{"score": 1}, {"source": OURS, "score": 9, "count": 4}],
        "Not rated": [],
    }
    for name, given in films.items():
        film = factories.title(db, name=name, popularity=len(name))
        for one in given:
            factories.rating(db, film, **one)

    assert names(listings.listed(db, sort="rating")) == [
        "Rated",
        "Rated better by few",
        "Rated here",
        "Hardly rated here",
        "Hardly rated",
        "Not rated",
    ]


def test_a_list_is_read_page_by_page_and_is_empty_past_its_end(db):
    for number in range(5):
        factories.title(db, name=f"Film {number}", popularity=-number)

    pages = [listings.listed(db, page=page, per_page=2) for page in (1, 3, 4, 10**20)]

    assert [names(one) for one in pages] == [["Film 0", "Film 1"], ["Film 4"], [], []]
    assert {one.pages for one in pages} == {3}


@pytest.mark.parametrize(
    "filters",
    [
        {"genre": "a\0"},
        {"genre": "\ud800"},
        {"certificate": "%\0"},
        {"collection": "_"},
        {"decade": 10**20},
        {"decade": -(10**20)},
    ],
)
def test_a_filter_that_nothing_meets_gives_an_empty_list(db, filters):
    factories.title(db)

    assert listings.listed(db, **filters).total == 0


def test_an_unknown_sort_or_length_is_passed_over(db):
    factories.title(db)

    assert listings.listed(db, sort="'", length="endless").total == 1


def test_a_list_takes_the_same_number_of_queries_with_one_film_and_with_three(db):
    factories.title(db, genres=["Drama"])
    with counted(db) as one:
        listings.listed(db)
    factories.title(db, genres=["Drama", "War"])
    factories.title(db, genres=["Crime"])
    with counted(db) as three:
        listings.listed(db)

    assert len(one) == len(three) == 2


def test_filters_offer_only_what_occurs(db):
    shown = factories.title(db, year=1926)
    factories.title(db, year=1927)
    hidden = factories.title(db, year=2011, status="draft")
    for film, label in ((shown, "PG"), (hidden, "18")):
        db.add(Certificate(title_id=film.id, system="BBFC", territory="GB", label=label))
    db.flush()

    assert choices.found(db) == choices.Choices([1920], ["PG"])


LONG = 8_100


@pytest.fixture
def long_list(db):
    """More films than are sorted at each request: every second one silent and of before 1930."""
    genre = factories.genre(db, "Silent")
    db.execute(
        text(
            "insert into title (slug, name, plain_name, plain_names, status, popularity, year,"
            " aliases, languages, countries, content_notices, created_at, updated_at)"
            " select 'film-' || n, 'Film ' || n, 'film ' || n, '', 'published', n * 37 % 1000,"
            " case when n % 2 = 0 then 1900 + n % 30 else 1940 + n % 80 end,"
            " '{}', '{}', '{}', '{}', :now, :now from generate_series(1, :long * 2) as n"
        ),
        {"long": LONG, "now": NOW},
    )
    db.execute(
        text(
            "insert into title_genre (title_id, genre_id, position)"
            " select id, :genre, 0 from title where year < 1930"
        ),
        {"genre": genre.id},
    )
    counts.refresh(db)
    db.execute(text("analyze title, title_genre, listing"))  # plans made while empty are not kept


def test_a_page_far_down_is_the_same_from_whichever_place_it_is_found(db, long_list):
    for sort, genre in itertools.product(listings.SORTS, (None, "silent")):

        def page(number, near=None, sort=sort, genre=genre):
            return listings.listed(db, sort=sort, genre=genre, page=number, near=near)

        by_number = page(100)
        from_there = [page(100, near=page(one).anchor) for one in (97, 99, 100, 103)]

        assert len(by_number.cards) == listings.PER_PAGE
        assert from_there == [by_number] * 4
        assert page(100, near=Anchor(page=99, title_id=10**9)) == by_number  # a film that has left


def test_the_pages_of_a_long_list_hold_every_film_once_and_it_is_counted_at_times(db, long_list):
    def page(number=1, near=None):
        return listings.listed(db, genre="silent", sort="newest", page=number, near=near)

    seen, read = [], page()
    while read.cards:
        seen += [card.slug for card in read.cards]
        read = page(read.page + 1, read.anchor)
    assert (len(seen), len(set(seen))) == (LONG, LONG)

    # when films come, a short list knows at once and a long one when it is counted again
    for name in ("Later", "Latest"):
        factories.title(db, name=name, year=1925, genres=["Silent", "Noir"])
    assert (page().total, listings.listed(db, genre="noir").total) == (LONG, 2)
    counts.refresh(db)
    assert page().total == LONG + 2


@pytest.mark.parametrize("at", [2, 30, 10**15 - 1])
def test_an_address_that_tells_of_a_place_beyond_the_list_shows_the_page_all_the_same(db, at):
    films = [factories.title(db, name=f"Film {number}", popularity=-number) for number in range(5)]
    near = Anchor(page=at, title_id=films[0].id)

    assert names(listings.listed(db, page=1, near=near, per_page=2)) == ["Film 0", "Film 1"]


@pytest.mark.parametrize("page", [2, 10**9, 10**25])
@pytest.mark.parametrize("genre", [None, "drama"])
def test_a_page_beyond_the_end_is_empty_and_knows_how_many_there_are(db, page, genre):
    factories.title(db, genres=["Drama"])

    beyond = listings.listed(db, genre=genre, page=page)

    assert (beyond.cards, beyond.total, beyond.pages) == ([], 1, 1)


@pytest.mark.parametrize("written", [None, "", "7", "7.", ".5", "7.x", "-1.2", "1.²", "9" * 40])
def test_what_is_no_place_is_passed_over(written):
    assert Anchor.read(written) is None


def test_what_is_counted_once_in_a_while_is_what_a_list_has(db):
    for number in range(12):
        film = factories.title(
            db,
            year=1990 + number,
            runtime_minutes=60 + 10 * number,
            genres=["Drama", "War", "Noir"][: number % 3 + 1],
        )
        for system, label in (("BBFC", "15"), ("MPA", "R"))[: number % 3]:
            db.add(Certificate(title_id=film.id, system=system, territory="GB", label=label))
    db.flush()
    counts.refresh(db)
    kept = dict(db.execute(select(ListingCount.cell, ListingCount.titles)).all())

    for genre, decade, label, length in itertools.product(
        (None, "drama", "war"), (None, 1990), (None, "R"), (None, *listings.LENGTHS)
    ):
        facets = {"certificate": label, "decade": decade, "genre": genre, "length": length}
        cell = " ".join(f"{kind}:{value}" for kind, value in facets.items() if value)
        assert kept.get(cell, 0) == listings.listed(db, **facets).total


@pytest.mark.parametrize(
    ("minutes", "length"), [(89, "short"), (90, "usual"), (120, "usual"), (121, "long")]
)
def test_lengths_meet_at_an_hour_and_a_half_and_at_two_hours(db, minutes, length):
    factories.title(db, runtime_minutes=minutes)

    assert [one for one in listings.LENGTHS if listings.listed(db, length=one).total] == [length]


def test_a_list_follows_whatever_is_written_of_a_film_and_by_whatever_way(db):
    film = factories.title(db, genres=["Drama"], year=1995)
    factories.rating(db, film)
    db.add(Certificate(title_id=film.id, system="MPA", territory="US", label="R"))
    db.flush()
    assert listings.listed(db, genre="drama", certificate="R").total == 1

    # when rows are changed behind the session's back
    db.execute(text("update genre set slug = 'dramas'"))
    db.execute(text("update certificate set label = '18'"))
    db.execute(text("update title set year = 1985"))

    assert listings.listed(db, genre="dramas", certificate="18", decade=1980).total == 1
    for table in (Rating, Certificate, TitleGenre):
        db.execute(delete(table))
    assert db.execute(select(Listing.worse, Listing.facets)).one() == (1, ["decade:1980"])
    db.execute(text("update title set status = 'withdrawn'"))
    assert listings.listed(db).total == 0
