"""Long lists taken some at a time, so that memory holds no more than that of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def some_at_a_time(listed: Iterable[Item], most: int) -> Iterator[list[Item]]:
    """The items in lists of ``most``, the last one of what is left; none of an empty one."""
    rest = iter(listed)
    while some := list(islice(rest, most)):
        yield some
