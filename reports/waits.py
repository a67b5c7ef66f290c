"""How long steps took: the middle of many sorted parts, most of whose numbers are never read."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isqrt

STRIDE = 64
Edges = tuple[int, int]
Read = Callable[[Sequence[Edges]], Sequence[Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Part:
    """``number`` numbers in order, of which every 64th is at hand: the 33rd, the 97th, and on."""

    number: int
    sample: Sequence[int]

    def around(self, low: int, high: int) -> Edges:
        """Between which places all that is neither below ``low`` nor above ``high`` lies."""
        below, upto = bisect_left(self.sample, low), bisect_right(self.sample, high)
        start = STRIDE // 2 + STRIDE * (below - 1) if below else 0
        return start, min(self.number, STRIDE // 2 + STRIDE * upto)


def numbers(packed: bytes) -> array[int]:
    """The numbers that the database packed into eight bytes each, as ``int8send`` does."""
    found = array("q", packed)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def part(found: Sequence[int]) -> Part:
    """Sorted numbers that are all at hand, as a part."""
    return Part(len(found), found[STRIDE // 2 :: STRIDE])


def middle(parts: Sequence[Part], read: Read) -> float | None:
    """The median of all numbers in ``parts``; ``read`` fetches of each what lies between two
    places."""
    number = sum(each.number for each in parts)
    if not number:
        return None
    lower, upper = (number - 1) // 2, number // 2
    first, inside = _around(parts, read, lower, upper)
    return (inside[lower - first] + inside[upper - first]) / 2


def middle_of(found: Sequence[Sequence[int]]) -> float | None:
    """The same of sorted numbers that are all at hand."""

    def read(edges: Sequence[Edges]) -> list[Sequence[int]]:
        return [each[first:after] for each, (first, after) in zip(found, edges, strict=True)]

    return middle([part(each) for each in found], read)


def _around(parts: Sequence[Part], read: Read, lower: int, upper: int) -> tuple[int, Sequence[int]]:
    """Some numbers in order, and the place of the first among all, that have both places inside.

    The samples tell about where to look; where they misled, wider edges are taken.
    """
    number = sum(each.number for each in parts)
    sample = sorted(chain.from_iterable(each.sample for each in parts))
    margin = 2 + 2 * isqrt(len(parts))
    while margin < len(sample):
        low = sample[max(lower * len(sample) // number - margin, 0)]
        high = sample[min(upper * len(sample) // number + margin, len(sample) - 1)]
        edges = [each.around(low, high) for each in parts]
        first, inside = _between(edges, read(edges), low, high)
        if first <= lower and upper < first + len(inside):
            return first, inside
        margin *= 4
    return 0, sorted(chain.from_iterable(read([(0, each.number) for each in parts])))


def _between(
    edges: Sequence[Edges], found: Sequence[Sequence[int]], low: int, high: int
) -> tuple[int, list[int]]:
    """What of ``found`` lies from ``low`` to ``high``, and how many numbers come before it."""
    cuts = [(bisect_left(each, low), bisect_right(each, high)) for each in found]
    first = sum(start + below for (start, _), (below, _) in zip(edges, cuts, strict=True))
    inside = chain.from_iterable(each[a:b] for each, (a, b) in zip(found, cuts, strict=True))
    return first, sorted(inside)
