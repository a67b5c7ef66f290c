"""IMDb's files as rows: one in the order of its ids, and one that is read along with another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog import plain
from catalog.import_records import LONGEST_KEY
from catalog.imports import opening
from catalog.imports.opening import Text
from catalog.imports.unreadable import Unreadable

TOO_MANY = "cells behind the last column"
MOST_ROWS = 10_000  # of one title in a file


def rows_of(text: Text) -> Iterator[dict[str, str]]:
    """The rows of a TSV file by column, and its first column as ``key``, empty where that cannot
    be read; with ``TOO_MANY`` where a row has more cells than there are columns.

    Raises ``Unreadable`` where they do not stand in the order of that column.
    """
    lines = iter(text)
    header = next(lines, "").rstrip("\r\n").split("\t")
    last = ""
    for line in filter(str.strip, lines):
        told = line.rstrip("\r\n").split("\t")
        cells = dict(zip(header, told, strict=False))
        if more := "".join(told[len(header) :]).strip():
            cells[TOO_MANY] = more
        key = _key(cells[header[0]])
        if key and key < last:
            raise Unreadable(
                f"Line {text.line} of {text.path.name}: {key} stands behind {last}. "
                f"Sort the file by its first column."
            )
        last = key or last
        yield {"key": key, **cells}


def is_whole(row: Mapping[str, str]) -> bool:
    """Whether every cell of a row is text and has a column."""
    return TOO_MANY not in row and opening.is_text("".join(row.values()))


def _key(given: str) -> str:
    """An id; empty where it is endless or holds what is no letter, since nobody can tell whose it
    was."""
    key = given.strip()
    return key if len(key) <= LONGEST_KEY and plain.storable(key) == key else ""


class Beside:
    """A file that says more of the titles, read along with the list of titles."""

    def __init__(self, text: Text) -> None:
        self.rows = rows_of(text)
        self.next = next(self.rows, None)

    def of(self, key: str) -> list[dict[str, str]]:
        """The rows of ``key``, which is greater than any asked for before; of endless ones the
        first, with one more."""
        while self.next is not None and self.next["key"] < key:
            self.next = next(self.rows, None)
        found: list[dict[str, str]] = []
        while self.next is not None and self.next["key"] == key:
            if len(found) <= MOST_ROWS:
                found.append(self.next)
            self.next = next(self.rows, None)
        return found


def found(folder: Path, name: str) -> Path | None:
    """The file ``name.tsv`` or ``name.tsv.gz`` of a folder."""
    return next(
        (path for end in (".tsv.gz", ".tsv") if (path := folder / (name + end)).exists()), None
    )
