"""The addresses of titles, people, genres and collections: readable, in ASCII, one each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

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


def for_title(name: str, year: int | None, taken: Collection[str]) -> str:
    """An address for a film that is not in ``taken``: its name, then with its year, then numbered.

    A name in another script gives ``film-<year>-<short hash>``.
    """
    stem = of(name) or "-".join(filter(None, ["film", str(year or ""), _hash(name)]))
    with_year = stem if year is None or stem.endswith(f"-{year}") else f"{stem}-{year}"
    return stem if stem not in taken else free(with_year, taken)


def for_person(name: str, taken: Collection[str]) -> str:
    """An address for a person that is not in ``taken``."""
    return free(of(name) or f"person-{_hash(name)}", taken)


def for_group(name: str) -> str:
    """The address of a genre or collection; the same name always gives the same one."""
    return of(name) or f"group-{_hash(name)}"


def free(stem: str, taken: Collection[str]) -> str:
    """``stem``, or ``stem-2``, ``stem-3`` … : the first that is not in ``taken``."""
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _hash(name: str) -> str:
    return hashlib.sha256(plain.text(name).encode()).hexdigest()[:6]
