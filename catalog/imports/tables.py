"""CSV and TSV files of films, in any order of columns, read a row at a time."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Mapping

from catalog import plain
from catalog.import_records import Reading
from catalog.imports import columns, opening, rows
from catalog.imports.opening import Text
from catalog.imports.unreadable import Unreadable

DELIMITERS = (",", ";", "\t", "|")
MOST_BEFORE, SAID = 20, 60  # rows before a table, and letters that are told of them
BLANK = "".join(DELIMITERS) + " \r\n"
SEPARATOR = re.compile(r'"?sep=([^"])"?', re.IGNORECASE)  # Excel's first line
csv.field_size_limit(opening.LONGEST_LINE)


def read(
    text: Text, source: str, named: Mapping[str, str], remarks: list[str]
) -> Iterator[Reading]:
    """Every row of a table with a header. ``named`` gives facts to columns by hand; what is to be
    said of the table as a whole is added to ``remarks``.

    Raises ``Unreadable`` where there is no header that can be read, no title, or a cell that never
    ends.
    """
    lines = iter(text)
    try:
        first, delimiter = _behind_preamble(lines, named, remarks)
        again = _Again(first, lines)
        reader = csv.reader(again, delimiter=delimiter)
        known = columns.found(_header(text, next(reader, [])), named)
        if left_out := [*filter(None, known.left_out)]:
            remarks.append(f"columns left out: {', '.join(left_out)}")
        line = text.line + 1
        for cells in reader:
            if again.is_over:  # asked for more in the middle of a row
                raise Unreadable(
                    f"A quotation mark that opens on line {line} of {text.path.name} is never "
                    f"closed. Close it, or double it where it belongs to the text."
                )
            if any(map(str.strip, cells)):
                yield _reading(line, cells, known, source)
            line = text.line + 1
    except csv.Error as wrong:
        raise Unreadable(
            f"Line {text.line} of {text.path.name} cannot be read: {wrong}."
        ) from wrong


def _behind_preamble(
    lines: Iterator[str], named: Mapping[str, str], remarks: list[str]
) -> tuple[str, str]:
    """As ``_first``, but of the table that follows where the first line says what the file is, as
    in Letterboxd's lists: behind the next line on which nothing stands. That is told."""
    first, delimiter = _first(lines)
    said = first.strip(BLANK)
    is_row = any(one in said for one in (*DELIMITERS, delimiter, '"'))
    if not said or is_row or columns.is_header(said, named):
        return first, delimiter
    before = itertools.islice(csv.reader(lines, delimiter=delimiter), MOST_BEFORE)
    if all(any(map(str.strip, cells)) for cells in before):
        return first, delimiter
    told = plain.line(said)[:SAID]
    remarks.append(f"left out, since it stands before the table: “{told}” and what follows")
    return _first(lines)


def _first(lines: Iterator[str]) -> tuple[str, str]:
    """The first line on which something stands, and what parts its cells: the commonest of
    ``DELIMITERS``, or what Excel says on a line of its own before."""
    delimiter = ""
    for line in lines:
        said = SEPARATOR.fullmatch(line.rstrip("\r\n"))
        if said and not delimiter:
            delimiter = said[1]
        elif line.strip(BLANK):
            return line, delimiter or max(DELIMITERS, key=line.count)
    return "", DELIMITERS[0]


class _Again:
    """The lines of a file from the ``first`` on; ``is_over`` once more were asked for than there
    are."""

    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self.is_over = False
        self._lines = itertools.chain([first], rest)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            self.is_over = True
            raise


def _header(text: Text, cells: list[str]) -> list[str]:
    if not all(opening.is_text(cell) and "\0" not in cell for cell in cells):
        raise Unreadable(
            f"The header of {text.path.name} is not UTF-8 text. Save the table as UTF-8 (Excel "
            f"calls it “CSV UTF-8”) and import that."
        )
    return [cell.strip() for cell in cells]


def _reading(line: int, cells: list[str], known: columns.Columns, source: str) -> Reading:
    if not all(map(opening.is_text, cells)):
        return Reading(line, "", None, ("not UTF-8 text: refused",))
    if any(map(str.strip, cells[len(known.places) + len(known.left_out) :])):
        return Reading(line, "", None, ("more cells than the header has: refused",))
    return rows.read(line, known.of(cells), source)
