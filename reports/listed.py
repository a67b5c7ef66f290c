"""Lists that are counted at once and read when somebody opens them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")
Told = TypeVar("Told")
LOT = 1000


class Listed(Sequence[T], Generic[T]):
    """As long as the printed number; ``read(offset, limit)`` fetches a part of it in its order."""

    def __init__(self, length: int, read: Callable[[int, int], Sequence[T]]) -> None:
        self._length, self._read = length, read

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            start, stop, step = place.indices(self._length)
            return self._read(start, max(stop - start, 0))[::step]
        at = range(self._length)[place]
        return self._read(at, 1)[0]

    def __iter__(self) -> Iterator[T]:
        """The whole list, read lot by lot."""
        for first in range(0, self._length, LOT):
            yield from self[first : first + LOT]


def told(found: Sequence[T], telling: Callable[[T], Told]) -> Listed[Told]:
    """``found`` in other words; what is not opened is not read."""
    return Listed(
        len(found),
        lambda skip, most: [telling(one) for one in found[skip : skip + most]],
    )
