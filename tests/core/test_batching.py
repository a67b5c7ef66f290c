"""Long lists, some at a time."""

from __future__ import annotations

import pytest

from core.batching import some_at_a_time


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3])]
)
def test_every_item_comes_once_and_in_order(number: int, sizes: list[int]) -> None:
    found = list(some_at_a_time(iter(range(number)), 3))

    assert [len(some) for some in found] == sizes
    assert [one for some in found for one in some] == list(range(number))


def test_no_more_is_read_than_is_asked_for() -> None:
    listed = iter(range(10))

    assert next(some_at_a_time(listed, 3)) == [0, 1, 2]

    assert next(listed) == 3
