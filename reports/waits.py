"""How long steps took: the middle of many sorted parts without sorting them together."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from math import isqrt

Part = Sequence[int]
STRIDE = 64


def part(packed: bytes) -> array[int]:
    """The numbers that the database packed into eight bytes each, as ``int8send`` does."""
    numbers = array("q", packed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def middle(parts: Iterable[Part]) -> float | None:
    """The median of all numbers in ``parts``, each of them in order."""
    some = [each for each in parts if each]
    number = sum(map(len, some))
    if not number:
        return None
    lower, upper = (number - 1) // 2, number // 2
    first, inside = _around(some, lower, upper)
    return (inside[lower - first] + inside[upper - first]) / 2


def _around(parts: Sequence[Part], lower: int, upper: int) -> tuple[int, list[int]]:
    """Some numbers in order, and the place of the first among all, that have both places inside.

    A sample tells about where to look; where it misled, wider edges are taken.
    """
    number = sum(map(len, parts))
    sample = sorted(chain.from_iterable(each[STRIDE // 2 :: STRIDE] for each in parts))
    margin = 1 + isqrt(number) // 2
    while sample and margin < number:
        low = sample[max(lower * len(sample) // number - margin, 0)]
        high = sample[min(upper * len(sample) // number + margin, len(sample) - 1)]
        edges = [(each, bisect_left(each, low), bisect_right(each, high)) for each in parts]
        first = sum(begins for _, begins, _ in edges)
        inside = sorted(chain.from_iterable(each[a:b] for each, a, b in edges))
        if first <= lower and upper < first + len(inside):
            return first, inside
        margin *= 4
    return 0, sorted(chain.from_iterable(parts))
