"""Pages and their parts kept in memory: found by their address, dropped by what they show."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import brotli

from catalog.stretches import Moved, Stretch
from core import clock

EVERYTHING = "everything"
TRUSTED_SECONDS = 15
LOOK_SECONDS = 0.2
DROPS_REMEMBERED = 1000
WITH_NOT_MODIFIED = {"ETag", "Vary", "Cache-Control"}
FILMS = "["  # how a message about films in lists begins
Headers = list[tuple[str, str]]
Tag = str | Stretch
"""What a page shows: by name, or as rows of a list, which name their list besides."""


@dataclass(frozen=True)
class Body:
    """A page in one encoding: its strong ETag, all headers of an answer, those of a 304."""

    etag: str
    headers: Headers
    short_headers: Headers
    content: bytes


@dataclass
class Parts:
    """What a page shows everybody alike, for readers whose page is not kept: by name the facts
    that it is drawn from and the parts that are drawn already. ``size`` is in bytes."""

    until: datetime
    tags: frozenset[Tag]
    size: int
    made: Mapping[str, Any]
    was_asked_for: bool = False


@dataclass
class Page:
    """One page of the site: its plain bytes as gzip, and each encoding once it was asked for.

    ``headers`` are those that every encoding shares, ``until`` is the instant at which a date on
    it may read differently.
    """

    headers: Headers
    until: datetime
    tags: frozenset[Tag]
    packed: bytes
    digest: str
    bodies: dict[str, Body] = field(default_factory=dict)
    was_asked_for: bool = False

    @classmethod
    def made(cls, body: bytes, headers: Headers, until: datetime, tags: Iterable[Tag]) -> Page:
        """The page of these bytes, packed for keeping."""
        digest = hashlib.sha256(body).hexdigest()[:24]
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        return cls(headers, until, frozenset(tags), packed, digest)

    @property
    def size(self) -> int:
        """The bytes that it takes in memory, headers left out."""
        bodies = sum(len(body.content) for body in self.bodies.values())
        return len(self.packed) + bodies + sum(one.bytes for one in _stretches(self.tags))

    def pack(self, encoding: str) -> Body:
        """Itself in ``br``, ``gzip`` or ``identity``, made at the first time of asking."""
        found = self.bodies.get(encoding)
        if found is None:
            found = self.bodies[encoding] = self._packed_as(encoding)
        return found

    def _packed_as(self, encoding: str) -> Body:
        content = self.packed if encoding == "gzip" else gzip.decompress(self.packed)
        if encoding == "br":
            content = brotli.compress(content, quality=5)
        etag = f'"{self.digest}-{encoding}"'
        headers = [*self.headers, ("ETag", etag), ("Content-Length", str(len(content)))]
        if encoding != "identity":
            headers.append(("Content-Encoding", encoding))
        short = [one for one in headers if one[0] in WITH_NOT_MODIFIED]
        return Body(etag, headers, short, content)


K = TypeVar("K", Page, Parts)


def _stretches(tags: Iterable[Tag]) -> Iterator[Stretch]:
    return (tag for tag in tags if isinstance(tag, Stretch))


def _named(tags: Iterable[Tag]) -> Iterator[str]:
    return (tag for tag in tags if isinstance(tag, str))


class _Shelf(Generic[K]):
    """What is kept of one kind by its address, the oldest first, and how many bytes it takes."""

    def __init__(self) -> None:
        self.entries: dict[str, K] = {}
        self.bytes = 0

    def put(self, address: str, entry: K) -> None:
        self.entries[address] = entry
        self.bytes += entry.size

    def take(self, address: str) -> K | None:
        entry = self.entries.pop(address, None)
        if entry is not None:
            self.bytes = max(0, self.bytes - entry.size)
        return entry

    def unasked(self) -> str:
        """The oldest that nobody asked for since it was last looked at; there is one at least."""
        while True:
            address, entry = next(iter(self.entries.items()))
            if not entry.was_asked_for:
                return address
            entry.was_asked_for = False
            self.entries[address] = self.entries.pop(address)


class KeptPages:
    """The pages of one process and their parts, which take at most half of the room. They are given
    out only while somebody listens for changes.

    A page that was being drawn while something on it changed is not taken in: ``keep`` is handed
    the ``moment`` at which the drawing began.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._pages: _Shelf[Page] = _Shelf()
        self._parts: _Shelf[Parts] = _Shelf()
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
            for tag in _named(page.tags):
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
        between them, or films that have moved in lists."""
        if not said.startswith(FILMS):
            return self.drop(said.split(" "))
        for film in Moved.read(said):
            self._drop(film.tags, film)

    def drop(self, tags: Iterable[str]) -> None:
        """Forget every page that shows one of ``tags``."""
        self._drop(frozenset(tags))

    def _drop(self, changed: frozenset[str], film: Moved | None = None) -> None:
        """Forget what shows one of the tags; if one film alone has moved, only what shows it."""
        with self._lock:
            self._moment += 1
            self._drops.append((self._moment, changed))
            if EVERYTHING in changed:
                self._pages, self._parts = _Shelf(), _Shelf()
                self._by_tag.clear()
            for address in set().union(*(self._by_tag.get(tag, ()) for tag in changed)):
                if film is None or self._reads_otherwise(address, film):
                    self._forget(address)
            self._lock.notify_all()

    def _reads_otherwise(self, address: str, film: Moved) -> bool:
        entry = self._pages.entries.get(address) or self._parts.entries.get(address)
        shown = list(_stretches(entry.tags)) if entry else []
        return not shown or any(one.reads_otherwise(film) for one in shown)

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
        for tag in _named(entry.tags) if entry else ():
            self._by_tag[tag].discard(address)
            if not self._by_tag[tag]:
                del self._by_tag[tag]

    def _make_room(self) -> None:
        """Let go of what nobody asked for since it was last looked at, the oldest first."""
        pages, parts = self._pages, self._parts
        while pages.bytes + parts.bytes > self.most_bytes and (pages.entries or parts.entries):
            too_many_parts = parts.bytes > self.most_bytes // 2 or not pages.entries
            self._forget(parts.unasked() if too_many_parts else pages.unasked())
