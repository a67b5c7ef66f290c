"""Films by their address, and in collections."""

from __future__ import annotations

import pytest

from catalog import editing, film_pages, listings, titles
from catalog.models import FormerSlug
from core.errors import Gone, NotFound
from tests import factories
from tests.factories import NOW
from tests.queries import counted


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


def test_a_film_that_was_taken_back_to_a_draft_has_left_until_it_is_published_again(db):
    film = factories.title(db, name="Soon", status="draft")
    db.add(FormerSlug(slug="sooner", title_id=film.id))

    # a draft that stays one betrays nothing, at none of its addresses
    editing.set_status(film, "draft", now=NOW)
    db.flush()
    for slug in ("soon", "sooner"):
        with pytest.raises(NotFound):
            titles.by_slug(db, slug)

    # once people could see it, it has left
    editing.set_status(film, "published", now=NOW)
    assert titles.by_slug(db, "soon") is film
    for _ in range(2):
        editing.set_status(film, "draft", now=NOW)
        db.flush()
        for read in (titles.by_slug, film_pages.by_slug):
            with pytest.raises(Gone):
                read(db, "soon")
            with pytest.raises(titles.Moved):
                read(db, "sooner")

    editing.set_status(film, "published", now=NOW)
    assert film_pages.by_slug(db, "soon").id == film.id


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


def test_a_collection_has_a_full_list(db):
    films = [factories.title(db, name=name) for name in ("Inside", "Outside")]
    factories.collection(db, "Only one", films[:1])

    assert titles.collection(db, "only-one").name == "Only one"
    listing = listings.listed(db, collection="only-one")
    assert [card.name for card in listing.cards] == ["Inside"]
    with pytest.raises(NotFound):
        titles.collection(db, "none")
