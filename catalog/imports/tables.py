"""CSV and TSV files of films, in any order of columns, read a row at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from catalog.import_records import Reading
from catalog.imports import columns, opening, rows
from catalog.imports.opening import Text
from catalog.imports.unreadable import Unreadable

DELIMITERS = (",", ";", "\t", "|")
csv.field_size_limit(opening.LONGEST_LINE)


def read(
    text: Text, source: str, named: Mapping[str, str], remarks: list[str]
) -> Iterator[Reading]:
    """Every row of a table with a header. ``named`` gives facts to columns by hand; what is to be
    said of the table as a whole is added to ``remarks``.

    Raises ``Unreadable`` where there is no header, no title, or a cell that never ends.
    """
    lines = iter(text)
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(_again(first, lines), delimiter=delimiter)
    try:
        known = columns.found([cell.strip() for cell in next(reader, [])], named)
        if known.left_out:
            remarks.append(f"columns left out: {', '.join(known.left_out)[:300]}")
        line = text.line + 1
        for cells in reader:
            if any(map(str.strip, cells)):
                yield _reading(line, cells, known, source)
            line = text.line + 1
    except csv.Error as wrong:
        raise Unreadable(
            f"Line {text.line} of {text.path.name} cannot be read: {wrong}."
        ) from wrong


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _reading(line: int, cells: list[str], known: columns.Columns, source: str) -> Reading:
    if not all(map(opening.is_text, cells)):
        return Reading(line, "", None, ("not UTF-8 text: refused",))
    if len(cells) > len(known.places) + len(known.left_out):
        return Reading(line, "", None, ("more cells than the header has: refused",))
    return rows.read(line, known.of(cells), source)
