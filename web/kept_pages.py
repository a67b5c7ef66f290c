"""Pages kept in memory: found by their address, dropped by what they show."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import brotli

from core import clock

EVERYTHING = "everything"
TRUSTED_SECONDS = 15
LOOK_SECONDS = 0.2
DROPS_REMEMBERED = 1000
WITH_NOT_MODIFIED = {"ETag", "Vary", "Cache-Control"}
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Body:
    """A page in one encoding: its strong ETag, all headers of an answer, those of a 304."""

    etag: str
    headers: Headers
    short_headers: Headers
    content: bytes


@dataclass
class Page:
    """One page of the site: its plain bytes as gzip, and each encoding once it was asked for.

    ``headers`` are those that every encoding shares, ``until`` is the instant at which a date on
    it may read differently.
    """

    headers: Headers
    until: datetime
    tags: frozenset[str]
    packed: bytes
    digest: str
    bodies: dict[str, Body] = field(default_factory=dict)
    was_asked_for: bool = False

    @classmethod
    def made(cls, body: bytes, headers: Headers, until: datetime, tags: Iterable[str]) -> Page:
        """The page of these bytes, packed for keeping."""
        digest = hashlib.sha256(body).hexdigest()[:24]
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        return cls(headers, until, frozenset(tags), packed, digest)

    @property
    def size(self) -> int:
        """The bytes that it takes in memory, headers left out."""
        return len(self.packed) + sum(len(body.content) for body in self.bodies.values())

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


class KeptPages:
    """The pages of one process. They are given out only while somebody listens for changes.

    A page that was being drawn while something on it changed is not taken in: ``keep`` is handed
    the ``moment`` at which the drawing began.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._pages: dict[str, Page] = {}
        self._by_tag: defaultdict[str, set[str]] = defaultdict(set)
        self._bytes = 0
        self._trusted_until = 0.0
        self._drops: deque[tuple[int, frozenset[str]]] = deque(maxlen=DROPS_REMEMBERED)
        self._moment = 0
        self._looked, self._look_again = clock.now(), 0.0
        self._lock = threading.Condition()

    def __len__(self) -> int:
        return len(self._pages)

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
        page = self._pages.get(address)
        if page is None or self._now() >= page.until:
            return None
        page.was_asked_for = True
        return page

    def keep(self, address: str, page: Page, *, since: int) -> None:
        """Take a page in, unless what it shows has changed since the moment its drawing began."""
        with self._lock:
            if not self.is_open or self.has_changed(page.tags, since):
                return
            self._forget(address)
            self._pages[address] = page
            self._bytes += page.size
            for tag in page.tags:
                self._by_tag[tag].add(address)
            self._make_room()

    def pack(self, address: str, page: Page, encoding: str) -> Body:
        """A page in an encoding that nobody has asked for yet."""
        with self._lock:
            before = page.size
            body = page.pack(encoding)
            if self._pages.get(address) is page:
                self._bytes += page.size - before
                self._make_room()
            return body

    def drop(self, tags: Iterable[str]) -> None:
        """Forget every page that shows one of ``tags``."""
        changed = frozenset(tags)
        with self._lock:
            self._moment += 1
            self._drops.append((self._moment, changed))
            if EVERYTHING in changed:
                self._pages.clear()
                self._by_tag.clear()
                self._bytes = 0
            for tag in changed:
                for address in list(self._by_tag.get(tag, ())):
                    self._forget(address)
            self._lock.notify_all()

    def wait_for(self, tag: str, patience: float, *, since: int = 0) -> bool:
        """Wait until ``tag`` is dropped after a moment; whether it came in ``patience`` seconds."""
        with self._lock:
            return self._lock.wait_for(
                lambda: any(tag in tags for at, tags in self._drops if at > since), patience
            )

    def has_changed(self, tags: frozenset[str], since: int) -> bool:
        """Whether one of ``tags`` was dropped after a moment, or may have been."""
        if self._moment == since:
            return False
        if self._moment - since > DROPS_REMEMBERED:
            return True
        later = (changed for moment, changed in self._drops.copy() if moment > since)
        return any(EVERYTHING in changed or changed & tags for changed in later)

    def _now(self) -> datetime:
        """The time, looked at some times a second: looking costs as much as finding a page."""
        passed = time.monotonic()
        if passed >= self._look_again:
            self._looked, self._look_again = clock.now(), passed + LOOK_SECONDS
        return self._looked

    def _forget(self, address: str) -> None:
        page = self._pages.pop(address, None)
        if page is None:
            return
        self._bytes = max(0, self._bytes - page.size)
        for tag in page.tags:
            self._by_tag[tag].discard(address)
            if not self._by_tag[tag]:
                del self._by_tag[tag]

    def _make_room(self) -> None:
        """Let go of what nobody asked for since it was last looked at, the oldest first."""
        while self._bytes > self.most_bytes and self._pages:
            address, page = next(iter(self._pages.items()))
            if page.was_asked_for:
                page.was_asked_for = False
                self._pages[address] = self._pages.pop(address)
            else:
                self._forget(address)
