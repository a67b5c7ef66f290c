"""What pages show of lists: stretches of them, and what they can be narrowed by; and whether a film
that moves makes it read otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

Key = tuple[Any, ...]
BYTES = 200  # of a key in memory
WHOLE = ""  # the facet of the list of all films
POPULAR = ("less_popular", "title_id")


@dataclass(frozen=True)
class Moved:
    """A published film's row of ``listing`` before and after a change; ``None`` where it is not
    published. ``inside`` are the collections that it is in, as facets."""

    past: Mapping[str, Any] | None
    fresh: Mapping[str, Any] | None
    inside: frozenset[str]

    @classmethod
    def read(cls, said: str) -> Iterator[Self]:
        """The films that the database names in one message (``migrations/0046``)."""
        for past, fresh, inside in json.loads(said):
            yield cls(past, fresh, frozenset(inside))

    @property
    def title_id(self) -> int:
        """Which film it is."""
        row = self.past or self.fresh or {}
        return int(row["title_id"])

    @property
    def tags(self) -> frozenset[str]:
        """Of each list that it is on, was on, or would be on by one of its facets; of the rows of
        collections that gain or lose it."""
        rows = {"collections"} if self.inside and bool(self.past) != bool(self.fresh) else set()
        facets = {WHOLE}.union(*(self.facets(row) for row in (self.past, self.fresh)))
        return frozenset(f"list:{facet}".replace(" ", "_") for facet in facets) | rows

    @property
    def is_narrowed_otherwise(self) -> bool:
        """Whether it has gained or lost something that lists are narrowed by."""
        return self.facets(self.past) != self.facets(self.fresh)

    def facets(self, row: Mapping[str, Any] | None) -> frozenset[str]:
        """What lists are narrowed by that have it."""
        return self.inside.union(row["facets"]) if row else frozenset()


@dataclass(eq=False)
class Stretch:
    """The rows of one list that stand on a page.

    ``size`` is how many there would be if the list went on. They are counted from the list's
    beginning, or where ``from_end`` from its end, and where ``bound`` is given from that key, which
    the title ``near`` had: rows on its other side do not move them. ``at_base`` says that none is
    passed over on the way to them. Where ``is_counted``, the page tells how many films there are.
    ``keys`` are the rows' keys in order, each ending with the id of its title.
    """

    facets: frozenset[str]
    order: Sequence[str]
    size: int
    at_base: bool
    from_end: bool = False
    is_counted: bool = False
    near: int | None = None
    bound: Key | None = None
    keys: list[Key] = field(default_factory=list)

    @classmethod
    def unknown(cls, facet: str = WHOLE) -> Self:
        """Of the most popular films that have a facet, where nobody noted which ones are shown."""
        facets = frozenset({facet} - {WHOLE})
        return cls(facets, POPULAR, size=1, at_base=True)

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return BYTES * len(self.keys)

    def reads_otherwise(self, film: Moved) -> bool:
        """Whether the page has to be made anew because ``film`` has moved; where it need not, the
        film's new place is noted. A film that comes past an edge beyond which nothing is known is
        taken to change the page. What was said before the page was made does no harm."""
        past, fresh = (
            row if row and self.facets <= film.facets(row) else None
            for row in (film.past, film.fresh)
        )
        if self.near == film.title_id or (self.is_counted and bool(past) != bool(fresh)):
            return True
        return self._shows_move(film.title_id, self._key(past), self._key(fresh))

    def _key(self, row: Mapping[str, Any] | None) -> Key | None:
        """Where a film stands; ``None`` on the other side of what the rows are counted from."""
        key = tuple(row[column] for column in self.order) if row else None
        if key and self.bound is not None and (key > self.bound) is self.from_end:
            return None
        return key

    def _shows_move(self, title_id: int, past: Key | None, fresh: Key | None) -> bool:
        if past == fresh:
            return False
        at = next((at for at, key in enumerate(self.keys) if key[-1] == title_id), None)
        if at is not None:
            return fresh is None or not self._stays(at, fresh)
        if past is None or fresh is None:
            return self._shifts(fresh or past)
        return self._side(past) != self._side(fresh) or self._side(past) == 0

    def _stays(self, at: int, key: Key) -> bool:
        """Whether the row ``at`` keeps its place under a new key, which is noted then."""
        base, end = self.at_base, len(self.keys) < self.size
        first, last = (end, base) if self.from_end else (base, end)
        own = self.keys[at]
        above = self.keys[at - 1] < key if at else first or key >= own
        below = key < self.keys[at + 1] if at + 1 < len(self.keys) else last or key <= own
        if above and below:
            self.keys[at] = key
        return above and below

    def _shifts(self, key: Key | None) -> bool:
        """Whether a film that comes to or leaves ``key`` moves the rows."""
        if key is None or len(self.keys) < self.size:
            return True
        return key > self.keys[0] if self.from_end else key < self.keys[-1]

    def _side(self, key: Key) -> int:
        """Whether a key stands before the rows (-1), behind them (1), or neither."""
        if not self.keys:
            return 0
        return (key > self.keys[-1]) - (key < self.keys[0])


@dataclass(frozen=True)
class Offered:
    """What a page lets lists be narrowed by: of some ``kinds``, the facets that films have."""

    kinds: frozenset[str]
    facets: frozenset[str]

    @classmethod
    def by(cls, **values: Iterable[object]) -> Self:
        """The values of each kind, as in ``by(decade=[1990])``."""
        facets = (f"{kind}:{value}" for kind, those in values.items() for value in those)
        return cls(frozenset(values), frozenset(facets))

    def reads_otherwise(self, now: Offered) -> bool:
        """Whether what is offered ``now``, of all kinds, is not what the page offers."""
        return self.facets != {one for one in now.facets if one.partition(":")[0] in self.kinds}


Tag = str | Stretch | Offered
"""What a page shows: by the name under which the database tells of it, or of lists as it stands."""
