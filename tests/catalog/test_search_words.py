"""Which words of a search an index need not be asked for, by how common each is; and initials."""

from __future__ import annotations

import pytest

from catalog import search, search_words
from catalog.search_asked import Asked
from tests import factories
from tests.searching import found


@pytest.mark.parametrize(
    ("numbers", "places"),
    [
        ([9_000, 40, 7_000], {0, 2}),  # one is rare
        ([250_000, 17_000, 130_000, 18_000], {0, 2}),  # none is, and two are far less common
        ([250_000, 17_000], set()),  # what one common word leaves are too many to read
        ([9_000, 8_000, 7_000], set()),  # they are alike
        ([], set()),
    ],
)
def test_words_that_the_others_make_needless_are_passed_over(numbers, places):
    words = [(word,) for word in "abcd"[: len(numbers)]]

    assert search_words.passed_over(words, numbers) == places


@pytest.mark.parametrize(
    ("named", "places"),
    [
        ({"c"}, {0}),  # two lists are skipped through
        ({"a"}, {0, 2}),  # the next rarest begins too many words
        ({"a", "b", "c"}, {0}),
    ],
)
def test_of_two_words_that_begin_few_an_index_is_asked_for_both(named, places):
    words = [(word,) for word in "abc"]

    assert search_words.passed_over(words, [9_000, 40, 7_000], named) == places


@pytest.mark.parametrize(
    ("numbers", "places"),
    [
        ([250_000, 8_000], {0}),  # some hundred popular titles are left to read
        ([9_000, 8_000, 7_000], set()),  # they are alike
        ([70_000, 17_000], set()),  # too many would be left
        ([250_000, 0], {0}),
        ([], set()),
    ],
)
def test_among_popular_titles_words_are_passed_over_sooner(numbers, places):
    assert search_words.passed_over_among_popular(numbers) == places


def test_the_same_common_word_twice_narrows_nothing():
    words = [("the",), ("sun",), ("sun",)]

    assert search_words.passed_over(words, [250_000, 17_000, 17_000]) == set()


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        ("o", set()),
        ("jo li", set()),
        ("john o", {1}),
        ("o john", set()),
        ("li chen", set()),
        ("max von sydow", set()),
        ("robert de niro", {1}),
        ("samuel l jackson", {1}),
        ("sudden harvest in", {2}),
        ("東 京", set()),
    ],
)
def test_an_index_is_not_asked_for_short_beginnings_where_other_words_tell(asked, passed):
    assert Asked.of(asked).beginnings == passed


@pytest.mark.parametrize("asked", ["robert de niro", "robert de nir", "robert ni d", "niro d"])
def test_people_are_found_by_short_words_beside_longer_ones_and_others_are_not(db, asked):
    for name in ("Robert De Niro", "Robert Niro"):
        factories.title(db, cast=[name])

    assert [one.name for one in search.found(db, asked).people] == ["Robert De Niro"]


@pytest.mark.parametrize(
    ("typed", "asked", "before"),
    [
        ("Bill & Ted", "bill ted", ""),
        ("bill and ted and", "bill ted and", "bill and ted"),
        ("und jules et jim", "und jules jim", ""),
        ("And", "and", ""),
        ("und and", "und and", ""),
        ("Война и мир", "воина мир", ""),
        ("E.", "e", ""),
        ("s.a.n.e.", "s a n e", ""),
        ("War and Peace 1966", "war peace 1966", ""),
    ],
)
def test_words_that_only_join_two_others_are_not_asked_for(typed, asked, before):
    found = Asked.of(typed)

    assert (" ".join(some[0] for some in found.words), found.before_and) == (asked, before)


def test_what_stands_before_a_year_keeps_the_words_that_join():
    asked = Asked.of("War and Peace (1966)")

    assert (asked.name.strip(), asked.year) == ("war and peace", 1966)


@pytest.mark.parametrize("words", ["fw murnau", "Murnau FW", "F.W. murnau", "fw nosferatu"])
def test_initials_are_found_without_points_and_spaces(db, words):
    factories.title(db, name="Nosferatu", directors=["F. W. Murnau"])
    factories.title(db, name="Wings", directors=["William A. Wellman"], cast=["Fw. Other"])

    assert found(db, words) == [("Nosferatu", "directed by F. W. Murnau")]
