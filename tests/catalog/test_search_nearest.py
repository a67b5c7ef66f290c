"""The film that is offered or meant where what was asked is not quite its name."""

from __future__ import annotations

import pytest

from catalog import search, tiers
from tests import factories
from tests.queries import counted
from tests.searching import found

SEQUELS = [
    *("Ghostbusters", "Ghostbusters II", "Rocky IV", "Def-Con 4", "Superman III", "Saturn 3"),
    *("Beverly Hills Cop II", "Die Hard", "9½ Weeks", "Full Metal Jacket", "Full Moon High"),
    *("Friday the 13th Part 2", "Stand by Me", "The Terminator", "Exterminator 2"),
]


@pytest.fixture
def sequels(db):
    """Films of several parts, the least telling named the most popular."""
    for number, name in enumerate(SEQUELS):
        factories.title(db, name=name, popularity=number)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("ghostbusters 2", "Ghostbusters II"),
        ("beverly hills cop 2", "Beverly Hills Cop II"),
        ("rocky 4", "Rocky IV"),
        ("superman 3", "Superman III"),
        ("friday the 13th part ii", "Friday the 13th Part 2"),
    ],
)
def test_a_part_is_found_by_its_number_in_either_writing(db, sequels, words, name):
    assert found(db, words) == [(name, None)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("die hard 1", "Die Hard"),
        ("full mettle jacket", "Full Metal Jacket"),
        ("the ghostbusters 2", "Ghostbusters II"),
        ("stand by meeee please", "Stand by Me"),
        ("terminator 9", "The Terminator"),
    ],
)
def test_the_film_offered_is_most_like_all_that_was_asked(db, sequels, words, name):
    results = search.found(db, words)

    assert (results.titles, results.nearest and results.nearest.name) == ([], name)


def test_the_box_suggests_the_film_offered_and_says_so(db, sequels):
    [line] = search.suggested(db, "full mettle jacket")

    assert (line.name, line.why) == ("Full Metal Jacket", "did you mean this?")


def test_no_film_is_offered_for_a_number_alone(db, sequels):
    assert search.found(db, "zzqqxxvvww 2").nearest is None


@pytest.mark.parametrize("words", ["9 to 5", "to be 2", "by 9 me 2"])
def test_no_film_is_offered_for_a_short_word_alone(db, sequels, words):
    factories.title(db, name="Escape to Victory", popularity=99)
    factories.title(db, name="Nine Hours to Rama", aliases=["You Shall Be Emperor"])

    assert search.found(db, words).nearest is None


def test_a_film_is_offered_for_a_short_word_where_that_is_most_of_its_name(db, sequels):
    factories.title(db, name="Up")

    assert search.found(db, "up 2").nearest.name == "Up"


def test_the_film_offered_is_looked_for_in_the_same_number_of_queries(db, sequels):
    with counted(db) as three:
        search.found(db, "full mettle jacket")
    with counted(db) as six:
        search.found(db, "the full mettle jacket of war")

    assert len(three) == len(six)


def test_the_film_offered_is_the_same_whichever_films_are_the_popular_ones(db, sequels):
    asked = ("die hard 1", "full mettle jacket", "the ghostbusters 2", "terminator 9")
    before = [search.found(db, words).nearest for words in asked]

    tiers.refresh(db, first=3, second=8)

    assert [search.found(db, words).nearest for words in asked] == before
    assert None not in before
