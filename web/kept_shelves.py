"""A kept page and its parts, and the shelf on which those of a kind stand."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import brotli

from catalog.stretches import Stretch, Tag

WITH_NOT_MODIFIED = {"ETag", "Vary", "Cache-Control"}
Headers = list[tuple[str, str]]


def named(tags: Iterable[Tag]) -> Iterator[str]:
    """The names by which a page hears that it reads otherwise."""
    return (tag for tag in tags if isinstance(tag, str))


def stretches(tags: Iterable[Tag]) -> Iterator[Stretch]:
    """The rows of lists that stand on a page."""
    return (tag for tag in tags if isinstance(tag, Stretch))


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
        return len(self.packed) + bodies + sum(one.bytes for one in stretches(self.tags))

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


class Shelf(Generic[K]):
    """What is kept of one kind by its address, the oldest first, and how many bytes it takes."""

    def __init__(self) -> None:
        self.entries: dict[str, K] = {}
        self.bytes = 0

    def put(self, address: str, entry: K) -> None:
        """Put one there as the newest."""
        self.entries[address] = entry
        self.bytes += entry.size

    def take(self, address: str) -> K | None:
        """Take one away, if it is there."""
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
