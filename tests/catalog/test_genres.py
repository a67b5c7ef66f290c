"""Genres, with the number of films they have."""

from __future__ import annotations

import pytest

from catalog import genres
from catalog.genres import GenreCount
from core.errors import NotFound
from tests import factories
from tests.queries import counted


def test_genres_count_their_published_films_in_one_query(db):
    factories.title(db, genres=["Drama", "War"])
    factories.title(db, genres=["Drama"])
    factories.title(db, genres=["Western"], status="draft")

    with counted(db) as asked:
        found = genres.with_counts(db)

    assert found == [GenreCount("drama", "Drama", 2), GenreCount("war", "War", 1)]
    assert len(asked) == 1


def test_a_genre_is_found_by_its_address(db):
    drama = factories.genre(db, "Drama")

    assert genres.by_slug(db, "drama") == drama
    for slug in ("none", "a\0"):
        with pytest.raises(NotFound):
            genres.by_slug(db, slug)
