"""Films by their address, in lists, and on rails."""

from __future__ import annotations

import pytest

from catalog import titles
from catalog.models import Certificate, FormerSlug
from catalog.titles import Card
from core.errors import Gone, NotFound
from tests import factories
from tests.queries import counted


def names(listing):
    return [card.name for card in listing.cards]


def test_a_published_film_is_found_by_its_address(db):
    film = factories.title(db, name="Charade")

    assert titles.by_slug(db, "charade") == film


def test_a_film_page_is_read_in_the_same_number_of_queries_however_long_its_cast(db):
    counts = []
    for number in (1, 3):
        cast = [f"Player {number} {each}" for each in range(number)]
        film = factories.title(db, genres=["Drama", "War", "Crime"][:number], cast=cast)
        db.expire_all()
        with counted(db) as asked:
            whole = titles.by_slug(db, film.slug, whole=True)
            assert [one.person.name for one in whole.credits] == cast
            assert len(whole.genres) == number
            assert (whole.releases, whole.certificates, whole.ratings) == ([], [], [])
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_draft_is_not_there_and_a_withdrawn_film_is_gone(db):
    factories.title(db, name="Soon", status="draft")
    factories.title(db, name="Once", status="withdrawn")

    with pytest.raises(NotFound):
        titles.by_slug(db, "soon")
    with pytest.raises(Gone):
        titles.by_slug(db, "once")


@pytest.mark.parametrize("slug", ["nothing", "", "a\0b", "\ud800", "%", "x" * 10_000])
def test_an_address_that_nothing_has_is_not_found(db, slug):
    with pytest.raises(NotFound):
        titles.by_slug(db, slug)


def test_a_former_address_tells_the_present_one(db):
    film = factories.title(db, name="Charade")
    db.add(FormerSlug(slug="sharade", title_id=film.id))
    db.flush()

    with pytest.raises(titles.Moved) as moved:
        titles.by_slug(db, "sharade")
    assert moved.value.slug == "charade"


def test_a_list_shows_published_films_the_most_popular_first(db):
    factories.title(db, name="Quiet", popularity=3, genres=["Drama", "War"])
    factories.title(db, name="Loud", popularity=9)
    factories.title(db, name="Draft", popularity=99, status="draft")

    listing = titles.listed(db)

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

    listing = titles.listed(db, genre="drama", decade=1990, certificate="R", length="usual")

    assert names(listing) == ["Film 0"]


def test_a_list_can_be_sorted(db):
    old = factories.title(db, name="Ä film", slug="old", year=1920, popularity=1)
    new = factories.title(db, name="B film", slug="new", year=2020)
    factories.title(db, name="C film", slug="unknown", year=None)
    factories.rating(db, old, score=6, scale=10)
    factories.rating(db, new, score=4, scale=5)

    sorted_ = {sort: [c.slug for c in titles.listed(db, sort=sort).cards] for sort in titles.SORTS}

    assert sorted_ == {
        "popular": ["old", "new", "unknown"],
        "newest": ["new", "old", "unknown"],
        "oldest": ["old", "new", "unknown"],
        "rating": ["new", "old", "unknown"],
        "name": ["old", "new", "unknown"],
    }


def test_a_list_is_read_page_by_page_and_is_empty_past_its_end(db):
    for number in range(5):
        factories.title(db, name=f"Film {number}", popularity=-number)

    pages = [titles.listed(db, page=page, per_page=2) for page in (1, 3, 4, 10**20)]

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

    assert titles.listed(db, **filters).total == 0


def test_an_unknown_sort_or_length_is_passed_over(db):
    factories.title(db)

    assert titles.listed(db, sort="'", length="endless").total == 1


def test_a_list_takes_the_same_number_of_queries_with_one_film_and_with_three(db):
    factories.title(db, genres=["Drama"])
    with counted(db) as one:
        titles.listed(db)
    factories.title(db, genres=["Drama", "War"])
    factories.title(db, genres=["Crime"])
    with counted(db) as three:
        titles.listed(db)

    assert len(one) == len(three) == 2


def test_filters_offer_only_what_occurs(db):
    shown = factories.title(db, year=1926)
    factories.title(db, year=1927)
    hidden = factories.title(db, year=2011, status="draft")
    for film, label in ((shown, "PG"), (hidden, "18")):
        db.add(Certificate(title_id=film.id, system="BBFC", territory="GB", label=label))
    db.flush()

    assert titles.choices(db) == titles.Choices([1920], ["PG"])


def test_a_rail_shows_twelve_films_of_its_collection_and_says_how_many_there_are(db):
    films = [factories.title(db, name=f"Film {number:02}") for number in range(14)]
    hidden = factories.title(db, status="withdrawn")
    factories.collection(db, "Second", films[:1], position=2)
    factories.collection(db, "First", [hidden, *films], position=1)
    factories.collection(db, "Empty", [hidden], position=0)

    with counted(db) as asked:
        rails = titles.rails(db)

    assert [(rail.name, rail.slug, len(rail.cards), rail.total) for rail in rails] == [
        ("First", "first", 12, 14),
        ("Second", "second", 1, 1),
    ]
    assert [card.name for card in rails[0].cards] == [f"Film {number:02}" for number in range(12)]
    assert len(asked) == 1


def test_a_collection_has_a_full_list(db):
    films = [factories.title(db, name=name) for name in ("Inside", "Outside")]
    factories.collection(db, "Only one", films[:1])

    assert titles.collection(db, "only-one").name == "Only one"
    assert names(titles.listed(db, collection="only-one")) == ["Inside"]
    with pytest.raises(NotFound):
        titles.collection(db, "none")
