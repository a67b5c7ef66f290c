"""The middle of many sorted parts is that of all their numbers."""

from __future__ import annotations

import struct
from random import Random
from statistics import median

import pytest

from reports import waits


@pytest.mark.parametrize("seed", range(40))
def test_the_middle_of_parts_is_the_median_of_them_all(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same numbers each time
    greatest, longest = chance.choice([3, 50, 10**9]), chance.choice([5, 300, 3000])
    parts = [
        sorted(chance.randrange(greatest) for _ in range(1 + chance.randrange(longest)))
        for _ in range(1 + chance.randrange(9))
    ]

    assert waits.middle(parts) == median(number for each in parts for number in each)


def test_parts_that_lie_apart_mislead_nobody() -> None:
    parts = [range(10_000), range(10**9, 10**9 + 9_000), range(5 * 10**9, 5 * 10**9 + 40)]

    assert waits.middle(parts) == median(number for each in parts for number in each)


def test_nothing_has_no_middle() -> None:
    assert waits.middle([[], []]) is None


def test_a_part_is_read_as_the_database_packed_it() -> None:
    assert list(waits.part(struct.pack(">3q", 1, 2, 10**12))) == [1, 2, 10**12]
