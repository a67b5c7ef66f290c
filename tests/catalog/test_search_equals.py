"""Numbers and short words that are typed in another way than a film's name has them."""

from __future__ import annotations

import pytest

from catalog import search
from tests import factories
from tests.searching import found

NAMES = (
    *("Nine to Five", "Eight Men Out", "Rocky II", "Rocky III", "Rocky IV", "Ocean's Eleven"),
    *("48 Hrs.", "Mr. Mom", "St. Elmo's Fire", "Dr. Strangelove", "Friday the 13th Part 2"),
    *("Friday the 13th Part III", "Death Wish II", "Death Wish 3", "The Dream Master Moms"),
)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        *(("9 to 5", "Nine to Five"), ("8 men out", "Eight Men Out"), ("rocky ii", "Rocky II")),
        *(("rocky four", "Rocky IV"), ("ocean's 11", "Ocean's Eleven"), ("48 hours", "48 Hrs.")),
        *(("mister mom", "Mr. Mom"), ("saint elmo's fire", "St. Elmo's Fire")),
        *(("doctor strangelove", "Dr. Strangelove"), ("death wish iii", "Death Wish 3")),
        ("friday the 13th part ii", "Friday the 13th Part 2"),
        ("friday the thirteenth part 3", "Friday the 13th Part III"),
    ],
)
def test_numbers_and_short_words_are_found_however_they_are_written(db, words, name):
    for at, one in enumerate(NAMES):
        factories.title(db, name=one, popularity=at)

    assert [one for one, _ in found(db, words)] == [name]


def test_no_number_is_a_slip_of_another(db):
    factories.title(db, name="Area 51 Part III")

    assert found(db, "area 52") == []
    assert found(db, "area part ii") == []


def test_a_year_or_an_ordinal_offers_no_other(db):
    factories.title(db, name="Nineteen Eighty-Four", aliases=["1984"])
    factories.title(db, name="The 13th Floor")

    assert search.found(db, "1985").nearest is None
    assert found(db, "12th floor") == []
