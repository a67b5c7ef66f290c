"""The middle of many sorted parts is that of all their numbers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from random import Random
from statistics import median

import pytest

from reports import waits
from reports.waits import Edges


@pytest.mark.parametrize("seed", range(40))
def test_the_middle_of_parts_is_the_median_of_them_all(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same numbers each time
    greatest, longest = chance.choice([3, 50, 10**9]), chance.choice([5, 300, 3000])
    parts = [
        sorted(chance.randrange(greatest) for _ in range(1 + chance.randrange(longest)))
        for _ in range(1 + chance.randrange(9))
    ]

    assert waits.middle_of(parts) == median(number for each in parts for number in each)


def test_of_many_long_parts_little_more_than_a_sample_is_read() -> None:
    chance = Random(7)  # noqa: S311  # the same numbers each time
    parts = [sorted(chance.randrange(10**9) for _ in range(3000)) for _ in range(60)]
    lengths: list[int] = []

    def read(edges: Sequence[Edges]) -> list[Sequence[int]]:
        lengths.extend(after - first for first, after in edges)
        return [each[first:after] for each, (first, after) in zip(parts, edges, strict=True)]

    found = waits.middle([waits.part(each) for each in parts], read)

    assert found == median(number for each in parts for number in each)
    assert sum(lengths) < 60 * 3000 // 5


def test_parts_that_lie_apart_mislead_nobody() -> None:
    parts = [range(10_000), range(10**9, 10**9 + 9_000), range(5 * 10**9, 5 * 10**9 + 40)]

    assert waits.middle_of(parts) == median(number for each in parts for number in each)


def test_nothing_has_no_middle() -> None:
    assert waits.middle_of([[], []]) is None


def test_a_part_is_read_as_the_database_packed_it() -> None:
    assert list(waits.numbers(struct.pack(">3q", 1, 2, 10**12))) == [1, 2, 10**12]
