"""A person's story: everything that is kept of them, in one order of time, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from core import keyset

SIZE = 60


@dataclass(frozen=True)
class Line:
    """Something that happened: when, of which kind, in words. ``actor`` is who did it, as the
    audit writes it; ``event_id`` names the stored delivery of Stripe's that tells of it."""

    at: datetime
    source: str
    id: int
    kind: str
    words: str
    note: str = ""
    actor: str = ""
    event_id: int | None = None

    @property
    def place(self) -> tuple[datetime, str, int]:
        """Where the line stands: no two lines stand in one place."""
        return self.at, self.source, self.id


@dataclass(frozen=True)
class Cut:
    """Which part of one source a page needs: the side of a place, and the way to walk."""

    source: str
    edge: tuple[datetime, str, int] | None
    falling: bool
    size: int

    def where(
        self, at: InstrumentedAttribute[datetime], key: InstrumentedAttribute[int]
    ) -> ColumnElement[bool]:
        """Only what lies beyond the edge, in the walk's direction."""
        if self.edge is None:
            return and_(True)
        when, source, number = self.edge
        beyond = at < when if self.falling else at > when
        if source == self.source:
            here, edge = tuple_(at, key), (when, number)
            return here < edge if self.falling else here > edge
        same = (self.source < source) == self.falling
        return or_(beyond, at == when) if same else beyond

    def order(
        self, at: InstrumentedAttribute[datetime], key: InstrumentedAttribute[int]
    ) -> tuple[ColumnElement[datetime], ColumnElement[int]]:
        """The walk's direction."""
        return (at.desc(), key.desc()) if self.falling else (at.asc(), key.asc())


Source = Callable[[Session, int, Cut], Iterable[Line]]


@dataclass(frozen=True)
class Page:
    """A page of the story and the places from which the pages beside it go on."""

    lines: list[Line]
    previous: str | None
    next: str | None


def page(
    db: Session,
    member_id: int,
    sources: dict[str, Source],
    *,
    behind: str | None = None,
    before: str | None = None,
    oldest_first: bool = False,
    size: int = SIZE,
) -> Page:
    """The lines of a member's story behind or before a place, the newest first unless asked.

    Each source is read from the place on by an index, so a long story costs no more than a short
    one. An unknown place counts as the start.
    """
    start, end = _read(behind), _read(before)
    onward = end is None
    falling = onward != oldest_first
    cuts = (Cut(name, start if onward else end, falling, size + 1) for name in sources)
    found = [line for cut in cuts for line in sources[cut.source](db, member_id, cut)]
    found.sort(key=lambda line: line.place, reverse=falling)
    more, lines = len(found) > size, found[:size]
    if not onward:
        lines.reverse()
    had = (start is not None, more) if onward else (more, True)
    return Page(
        lines,
        _written(lines[0]) if lines and had[0] else None,
        _written(lines[-1]) if lines and had[1] else None,
    )


def _written(line: Line) -> str:
    return f"{line.at.isoformat()}~{line.source}~{line.id}"


def _read(text: str | None) -> tuple[datetime, str, int] | None:
    at, _, rest = (text or "").partition("~")
    source, _, number = rest.partition("~")
    key = keyset.number(number)
    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if key is None or when.tzinfo is None else (when, source, key)
