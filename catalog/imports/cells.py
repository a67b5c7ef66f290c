"""Lists that a program wrote into a cell of a table: JSON, or the same as Python writes it."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

from catalog import import_records
from catalog.imports import blanks

WRITTEN = re.compile(r"""\[\s*[\[{"'\]]|\{\s*["'}]""")
LONGEST_OF_PYTHON = 200_000  # letters; its reader takes a hundred times their room
UNREADABLE = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)


def is_written(given: str) -> bool:
    """Whether a cell begins as such a list does, or as one alone of what may be in it."""
    return WRITTEN.match(given) is not None


def named(given: str) -> list[tuple[str, str | None]]:
    """The names in such a list, as those of TMDB's genres or of a cast, each with its part.

    Raises ``ValueError`` where it cannot be read, or has something else in it than names.
    """
    read = _read(given)
    found = list(_names(read if isinstance(read, list) else [read]))
    if read and not found:
        raise ValueError(given)
    return [(name, part) for name, part in found if name]


def _names(listed: list[Any]) -> Iterator[tuple[str, str | None]]:
    for one in listed:
        if isinstance(one, str):
            yield _told(one), None
        elif isinstance(one, dict) and isinstance(one.get("name"), str):
            yield _told(one["name"]), _told(one.get("character")) or None


def _told(given: Any) -> str:
    return blanks.told(import_records.name(given))


def _read(given: str) -> Any:
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        return _by_python(given)


def _by_python(given: str) -> Any:
    if len(given) > LONGEST_OF_PYTHON:
        raise ValueError(given)
    try:
        with warnings.catch_warnings(action="ignore"):  # of "\d" and the like
            return ast.literal_eval(given)
    except UNREADABLE as wrong:
        raise ValueError(given) from wrong
