"""Facts that every page asks for, kept as long as pages are: until they change, or a change
would not be heard of.

What a page is drawn from is kept for members as well, so it holds nothing about anybody. A view
that changes something, or from which somebody buys, reads afresh: only those declared by
``freshness.kept`` are given what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

from flask import g, request

from core import clock
from web.freshness import ON_EVERY_PAGE
from web.kept_pages import KeptPages

T = TypeVar("T")
FACTS = "matinee.facts"
CHANGE_WITH = frozenset({ON_EVERY_PAGE, "experiments"})


class _Fact(NamedTuple):
    value: Any
    until: datetime | None
    since: int


class KeptFacts:
    """What the pages of one process are drawn from, and hear of together with ``pages``."""

    def __init__(self, pages: KeptPages) -> None:
        self.pages = pages
        self._facts: dict[Hashable, _Fact] = {}

    def find(self, key: Hashable, now: datetime) -> _Fact | None:
        """The fact kept under ``key``, if it is still true ``now``."""
        fact = self._facts.get(key)
        if fact is None or not self.pages.is_open:
            return None
        if fact.until is not None and now >= fact.until:
            return None
        return None if self.pages.has_changed(CHANGE_WITH, fact.since) else fact

    def keep(self, key: Hashable, value: object, until: datetime | None, *, since: int) -> None:
        """Keep what was read after the moment ``since``."""
        self._facts[key] = _Fact(value, until, since)


def of(key: Hashable, read: Callable[[], tuple[T, datetime | None]]) -> T:
    """What ``read`` answers, and until when it is true; asked once for many pages.

    It is forgotten with each change of an offer or experiment that pages show.
    """
    facts = cast("KeptFacts | None", request.environ.get(FACTS)) if g.get("only_reads") else None
    if facts is None:
        return read()[0]
    fact = facts.find(key, clock.now())
    if fact is not None:
        return cast(T, fact.value)
    since = facts.pages.moment
    value, until = read()
    for row in value if isinstance(value, list) else ():
        g.db.expunge(row)  # it may outlive this session, which is not to look after it
    facts.keep(key, value, until, since=since)
    return value
