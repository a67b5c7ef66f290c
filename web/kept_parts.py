"""What a page shows everybody alike, kept for readers whose page is not: its facts, drawn parts.

A member's page differs from a visitor's in small places: the line above it, the way in, the
buttons at a review. What stands between them is the same for all. A view asks for its facts by
``of``, a template draws it within ``{% shared "cast" %}``: once, and kept among the pages under
their rules. So what is made there depends on nobody; see ``docs/decisions/0007-kept-pages.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Response, g, request

from core import clock
from web import freshness, here, page_cache
from web.kept_facts import FACTS, KeptFacts
from web.kept_pages import KeptPages
from web.kept_shelves import Parts

T = TypeVar("T")
CHANGED = "changed"  # the cookie of a member who has just changed something
CHANGED_SECONDS = 10


class DependsOnReader(RuntimeError):
    """What was to be shared looked at who asks."""


class _Drawing:
    """What of one page was found kept, and what this request adds to it."""

    def __init__(self, pages: KeptPages, address: str) -> None:
        now = clock.now()
        self.pages, self.address = pages, address
        self.since: int = request.environ[freshness.SINCE]  # a view may have read already
        self.until: datetime = page_cache.next_quarter(now)
        found = pages.find_parts(address)
        if found and found.until <= now:  # a page of the next quarter would show it for all of that
            found = None
        self.made = dict(found.made) if found else {}
        self.was = len(self.made)
        self.tags = set(found.tags) if found else set(g.shown)
        g.shown |= self.tags

    def of(self, name: str, make: Callable[[], Any]) -> Any:
        """What is kept under ``name``, else what ``make`` answers, with what it shows noted."""
        if name in self.made:
            return self.made[name]
        outer, g.shown = g.shown, set()
        try:
            value = make()
            if "shown" not in g:
                raise DependsOnReader(name)
            self.tags |= g.shown
        finally:
            g.shown = outer | g.get("shown", set())
        self.made[name] = value
        return value

    def keep(self) -> None:
        """Hand what was added to the pages, which take it unless it has changed meanwhile."""
        if len(self.made) > self.was:
            size = sum(_size(one) for one in self.made.values())
            parts = Parts(self.until, frozenset(self.tags), size=size, made=self.made)
            self.pages.keep(self.address, parts, since=self.since)


def of(name: str, make: Callable[[], T]) -> T:
    """What ``make`` answers, asked once for many readers of this page.

    Raises ``DependsOnReader`` where that looked at who asks.
    """
    drawing = _here()
    return make() if drawing is None else cast(T, drawing.of(name, make))


def keep(answer: Response) -> Response:
    """Keep what a page that was answered has added. Hung on a blueprint as ``after_request``."""
    drawing: _Drawing | None = g.get("parts")
    if drawing is not None and answer.status_code == 200:
        drawing.keep()
    return answer


def _here() -> _Drawing | None:
    here = g.__dict__  # reached once: each look through the proxy costs as much as finding a part
    if "parts" not in here:
        pages = _pages()
        here["parts"] = None if pages is None else _Drawing(pages, _address())
    return cast("_Drawing | None", here["parts"])


def _pages() -> KeptPages | None:
    """Where this page's parts are, if any may be kept. Whoever has just changed something reads
    all of it afresh: the news of it may still be on its way."""
    facts = cast("KeptFacts | None", request.environ.get(FACTS)) if g.get("only_reads") else None
    if facts is None or not facts.pages.is_open or CHANGED in request.cookies:
        return None
    if not freshness.is_for_everybody() or not freshness.reads_all():
        return None
    return None if page_cache.is_odd(request.environ) else facts.pages


def _address() -> str:
    own = page_cache.address_of(request.path, request.environ.get("QUERY_STRING", ""))
    return f"{own}#parts#{here.territory()}"


def _size(made: object) -> int:
    """The bytes of a drawn part; facts are about as large as what can be said of them."""
    return sys.getsizeof(made) if isinstance(made, str) else len(repr(made))
