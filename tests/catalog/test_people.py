"""A person's page: the films they play in and those they directed."""

from __future__ import annotations

import pytest

from catalog import people
from catalog.cards import Card
from catalog.people import Part
from core.errors import NotFound
from tests import factories
from tests.queries import counted


def test_a_person_has_a_page_with_what_they_played_and_directed_newest_first(db):
    factories.title(db, name="Steamboat", year=1928, cast=["Buster Keaton"])
    factories.title(
        db, name="General", year=1926, directors=["Buster Keaton"], cast=["Buster Keaton"]
    )
    factories.title(db, name="Lost", year=1920, cast=["Buster Keaton"], status="draft")

    page = people.by_slug(db, "buster-keaton")

    general = Card("general", "General", 1926, None)
    assert page.person.name == "Buster Keaton"
    assert page.cast == [
        Part(Card("steamboat", "Steamboat", 1928, None), None),
        Part(general, None),
    ]
    assert page.directed == [general]


def test_a_person_s_page_takes_two_queries_however_many_films_there_are(db):
    counts = []
    for films in (1, 3):
        name = f"Player {films}"
        for _ in range(films):
            factories.title(db, cast=[name])
        with counted(db) as asked:
            people.by_slug(db, f"player-{films}")
        counts.append(len(asked))

    assert counts == [2, 2]


def test_the_films_of_a_person_are_read_page_by_page_and_there_is_none_past_the_end(db):
    for number, job in enumerate(("cast", "directors", "cast", "directors", "cast")):
        factories.title(db, name=f"{number}", year=1920 + number, **{job: ["Buster Keaton"]})
    factories.title(db, name="Undated", year=None, cast=["Buster Keaton"])

    def page(number):
        return people.by_slug(db, "buster-keaton", page=number, per_page=3)

    read = [page(number) for number in (1, 2)]

    assert [[part.card.name for part in one.cast] for one in read] == [["4", "2", "0"], ["Undated"]]
    assert [[card.name for card in one.directed] for one in read] == [[], ["3", "1"]]
    assert [(one.page, one.pages) for one in read] == [(1, 2), (2, 2)]
    for beyond in (3, 0, -1, 10**25):
        with pytest.raises(NotFound):
            page(beyond)


def test_somebody_without_a_published_film_has_no_page(db):
    factories.title(db, cast=["Ida Lupino"], status="draft")

    for slug in ("ida-lupino", "nobody", "a\0"):
        with pytest.raises(NotFound):
            people.by_slug(db, slug)
