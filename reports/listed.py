"""Lists that are counted at once and read by key when somebody opens them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

T = TypeVar("T")
Told = TypeVar("Told")
LOT = 1000
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list: ``most`` rows after ``skip`` others, from the beginning or from behind
    ``key``. With ``back`` it is looked for from the other side: from the end, or from ``key``
    itself; its rows stand in the order of the list all the same."""

    skip: int
    most: int
    key: Key | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """A page of which it is known by which row it ends."""

    page: int
    key: Key


Read = Callable[[Stretch], Sequence[tuple[Key, T]]]


class Listed(Sequence[T], Generic[T]):
    """As long as the printed number; ``read`` fetches a stretch of it, each row with its key."""

    def __init__(self, length: int, read: Read[T]) -> None:
        self._length, self.read = length, read

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            start, stop, step = place.indices(self._length)
            found = self.read(Stretch(start, max(stop - start, 0)))
            return [each for _, each in found][::step]
        at = range(self._length)[place]
        return self.read(Stretch(at, 1))[0][1]

    def __iter__(self) -> Iterator[T]:
        """The whole list, read lot by lot, each behind the last."""
        key, left = None, self._length
        while left > 0:
            lot = self.read(Stretch(0, min(LOT, left), key))
            yield from (each for _, each in lot)
            if not lot:
                return
            key, left = lot[-1][0], left - len(lot)

    def page(self, number: int, size: int, near: Near | None = None) -> Sequence[tuple[Key, T]]:
        """Page ``number``, counted from 1, found from the nearest place that is known: the
        beginning, the end, or where the page ``near`` ends."""
        pages = -(-self._length // size)
        in_last = self._length - (pages - 1) * size
        ways = [Stretch((number - 1) * size, size)]
        if number == pages:
            ways.append(Stretch(0, in_last, back=True))
        elif number < pages:
            ways.append(Stretch(in_last + (pages - 1 - number) * size, size, back=True))
        if near is not None and number > near.page:
            ways.append(Stretch((number - near.page - 1) * size, size, near.key))
        elif near is not None:
            ways.append(Stretch((near.page - number) * size, size, near.key, back=True))
        return self.read(min(ways, key=lambda way: way.skip))


def held(found: Sequence[T]) -> Listed[T]:
    """A list that is at hand; its keys are places."""
    return _placed(len(found), lambda start, end: found[start:end])


def joined(parts: Sequence[Sequence[T]]) -> Listed[T]:
    """Lists behind each other as one; its keys are places."""

    def cut(start: int, end: int) -> list[T]:
        found: list[T] = []
        for part in parts:
            if start < len(part) and end > 0:
                found += part[max(start, 0) : end]
            start, end = start - len(part), end - len(part)
        return found

    return _placed(sum(map(len, parts)), cut)


def _placed(length: int, cut: Callable[[int, int], Sequence[T]]) -> Listed[T]:
    def read(stretch: Stretch) -> list[tuple[Key, T]]:
        if stretch.back:
            end = (stretch.key[0] + 1 if stretch.key else length) - stretch.skip
            start = max(end - stretch.most, 0)
        else:
            start = (stretch.key[0] + 1 if stretch.key else 0) + stretch.skip
            end = start + stretch.most
        return [((start + n, ""), each) for n, each in enumerate(cut(start, max(end, 0)))]

    return Listed(length, read)


def told(found: Sequence[T], telling: Callable[[T], Told]) -> Listed[Told]:
    """``found`` in other words; what is not opened is not read."""
    kept = found if isinstance(found, Listed) else held(found)
    return Listed(
        len(kept), lambda stretch: [(key, telling(each)) for key, each in kept.read(stretch)]
    )
