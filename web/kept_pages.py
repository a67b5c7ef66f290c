"""Pages and their parts kept in memory: found by their address, dropped by what they show."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from catalog.stretches import Moved, Offered, Stretch, Tag
from core import clock
from web.kept_shelves import Body, K, Page, Parts, Shelf, named

log = logging.getLogger(__name__)
EVERYTHING = "everything"
TRUSTED_SECONDS = 15
LOOK_SECONDS = 0.2
DROPS_REMEMBERED = 1000
FILMS = "["  # how a message about films in lists begins
LISTS = frozenset({"lists"})
Look = Callable[[Sequence[Moved]], Sequence[Moved | Offered]]
"""What is asked about films that have moved: their news as things stand now."""


class KeptPages:
    """The pages of one process and their parts, which take at most half of the room. They are given
    out only while somebody listens for changes.

    A page that was being drawn while something on it changed is not taken in: ``keep`` is handed
    the ``moment`` at which the drawing began. ``look`` is asked what becomes of films that have
    moved.
    """

    def __init__(self, most_bytes: int, look: Look = list) -> None:
        self.most_bytes, self._look = most_bytes, look
        self._pages: Shelf[Page] = Shelf()
        self._parts: Shelf[Parts] = Shelf()
        self._by_tag: defaultdict[str, set[str]] = defaultdict(set)
        self._trusted_until = 0.0
        self._drops: deque[tuple[int, frozenset[str]]] = deque(maxlen=DROPS_REMEMBERED)
        self._moment = 0
        self._looked, self._look_again = clock.now(), 0.0
        self._lock = threading.Condition()

    def __len__(self) -> int:
        """How many pages are kept whole."""
        return len(self._pages.entries)

    @property
    def is_open(self) -> bool:
        """Whether a change would be heard of now."""
        return time.monotonic() < self._trusted_until

    @property
    def moment(self) -> int:
        """How many drops there have been."""
        return self._moment

    def open(self) -> None:
        """Begin empty: whatever changed so far was not heard."""
        self.drop([EVERYTHING])
        self.trust()

    def trust(self) -> None:
        """The line on which changes are heard has just answered."""
        self._trusted_until = time.monotonic() + TRUSTED_SECONDS

    def close(self) -> None:
        """The line is lost, so nothing kept can be believed any more."""
        self._trusted_until = 0.0
        self.drop([EVERYTHING])

    def find(self, address: str) -> Page | None:
        """The page kept for ``address``, unless its time is over."""
        return self._found(self._pages.entries.get(address))

    def find_parts(self, address: str) -> Parts | None:
        """The parts kept for ``address``, unless their time is over."""
        return self._found(self._parts.entries.get(address))

    def keep(self, address: str, page: Page | Parts, *, since: int) -> None:
        """Take a page or its parts in, unless what is shown has changed since the moment at which
        the drawing began."""
        with self._lock:
            if not self.is_open or self.has_changed(page.tags, since):
                return
            self._forget(address)
            if isinstance(page, Page):
                self._pages.put(address, page)
            else:
                self._parts.put(address, page)
            for tag in named(page.tags):
                self._by_tag[tag].add(address)
            self._make_room()

    def pack(self, address: str, page: Page, encoding: str) -> Body:
        """A page in an encoding that nobody has asked for yet."""
        with self._lock:
            before = page.size
            body = page.pack(encoding)
            if self._pages.entries.get(address) is page:
                self._pages.bytes += page.size - before
                self._make_room()
            return body

    def hear(self, said: str) -> None:
        """Forget what a message of the database tells to read otherwise now: tags with spaces
        between them, or films that have moved in lists. What cannot be read, as of a newer version
        of the site beside this one, may tell of anything."""
        if not said.startswith(FILMS):
            return self.drop(said.split(" "))
        try:
            for news in self._look(list(Moved.read(said))):
                self._drop(news.tags if isinstance(news, Moved) else LISTS, news)
        except (KeyError, TypeError, ValueError):
            log.warning("pages.unreadable", extra={"said": said[:200]})
            self.drop([EVERYTHING])

    def drop(self, tags: Iterable[str]) -> None:
        """Forget every page that shows one of ``tags``."""
        self._drop(frozenset(tags))

    def _drop(self, changed: frozenset[str], news: Moved | Offered | None = None) -> None:
        """Forget what shows one of the tags; where ``news`` are given, only what shows them."""
        with self._lock:
            self._moment += 1
            self._drops.append((self._moment, changed))
            if EVERYTHING in changed:
                self._pages, self._parts = Shelf(), Shelf()
                self._by_tag.clear()
            for address in set().union(*(self._by_tag.get(tag, ()) for tag in changed)):
                if news is None or self._reads_otherwise(address, news):
                    self._forget(address)
            self._lock.notify_all()

    def _reads_otherwise(self, address: str, news: Moved | Offered) -> bool:
        entry = self._pages.entries.get(address) or self._parts.entries.get(address)
        tags: Iterable[Tag] = entry.tags if entry else ()
        if isinstance(news, Moved):
            moved = [tag.reads_otherwise(news) for tag in tags if isinstance(tag, Stretch)]
            return not moved or any(moved)
        offers = [tag.reads_otherwise(news) for tag in tags if isinstance(tag, Offered)]
        return not offers or any(offers)

    def wait_for(self, tag: str, patience: float, *, since: int = 0) -> bool:
        """Wait until ``tag`` is dropped after a moment; whether it came in ``patience`` seconds."""
        with self._lock:
            return self._lock.wait_for(
                lambda: any(tag in tags for at, tags in self._drops if at > since), patience
            )

    def has_changed(self, tags: frozenset[Tag], since: int) -> bool:
        """Whether one of ``tags`` was dropped after a moment, or may have been."""
        if self._moment == since:
            return False
        if self._moment - since > DROPS_REMEMBERED:
            return True
        later = (changed for moment, changed in self._drops.copy() if moment > since)
        return any(EVERYTHING in changed or changed & tags for changed in later)

    def _found(self, found: K | None) -> K | None:
        if found is None or self._now() >= found.until:
            return None
        found.was_asked_for = True
        return found

    def _now(self) -> datetime:
        """The time, looked at some times a second: looking costs as much as finding a page."""
        passed = time.monotonic()
        if passed >= self._look_again:
            self._looked, self._look_again = clock.now(), passed + LOOK_SECONDS
        return self._looked

    def _forget(self, address: str) -> None:
        entry = self._pages.take(address) or self._parts.take(address)
        for tag in named(entry.tags) if entry else ():
            self._by_tag[tag].discard(address)
            if not self._by_tag[tag]:
                del self._by_tag[tag]

    def _make_room(self) -> None:
        """Let go of what nobody asked for since it was last looked at, the oldest first."""
        pages, parts = self._pages, self._parts
        while pages.bytes + parts.bytes > self.most_bytes and (pages.entries or parts.entries):
            too_many_parts = parts.bytes > self.most_bytes // 2 or not pages.entries
            self._forget(parts.unasked() if too_many_parts else pages.unasked())
