"""The addresses of titles, people, genres and collections: readable, in ASCII, one each."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator

from catalog import plain

LONGEST = 80
SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NOT_ASCII = re.compile(r"[^a-z0-9]+")


def is_slug(text: str) -> bool:
    """Whether ``text`` can be an address of ours at all; what cannot is not worth a query."""
    return len(text) <= LONGEST + 20 and SHAPE.fullmatch(text) is not None


def of(name: str) -> str:
    """``name`` in lower-case latin letters, digits and hyphens; empty for other scripts."""
    return NOT_ASCII.sub("-", plain.text(name)).strip("-")[:LONGEST].rstrip("-")


def for_title(name: str, year: int | None) -> Iterator[str]:
    """Addresses for a film, the best first: its name, then with its year, then numbered.

    A name in another script gives ``film-<year>-<short hash>``.
    """
    stem = of(name) or "-".join(filter(None, ["film", str(year or ""), _hash(name)]))
    with_year = stem if year is None or stem.endswith(f"-{year}") else f"{stem}-{year}"
    yield stem
    yield from _numbered(with_year, start=1 if with_year != stem else 2)


def for_person(name: str) -> Iterator[str]:
    """Addresses for a person, the best first."""
    return _numbered(of(name) or f"person-{_hash(name)}", start=1)


def _numbered(stem: str, *, start: int) -> Iterator[str]:
    return (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(start))


def for_group(name: str) -> str:
    """The address of a genre or collection; the same name always gives the same one."""
    return of(name) or f"group-{_hash(name)}"


def _hash(name: str) -> str:
    return hashlib.sha256(plain.text(name).encode()).hexdigest()[:6]
