"""A report as rows and columns: aligned text for a terminal, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Value = str | int | float | Fraction | None
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a report under named columns; ``None`` is an empty cell. ``notes`` say what the
    figures are out of."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()


def exact(amount: Fraction) -> int | str:
    """Money as an integer, or as the text of an exact fraction such as ``1665/2``."""
    return amount.numerator if amount.denominator == 1 else str(amount)


def csv_text(sheet: Sheet) -> str:
    """All rows at full precision. A text that a spreadsheet would take for a formula is
    preceded by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_harmless(value) for value in row] for row in sheet.rows)
    return out.getvalue()


def plain_text(sheet: Sheet) -> str:
    """The notes, then aligned columns; figures stand to the right."""
    texts = [[_printed(value) for value in row] for row in sheet.rows]
    widths = [max(map(len, column)) for column in zip(sheet.columns, *texts, strict=True)]
    right = [
        all(not isinstance(row[place], str) for row in sheet.rows)
        for place in range(len(sheet.columns))
    ]
    lines = [_line(cells, widths, right) for cells in (sheet.columns, *texts)]
    return "\n".join([*sheet.notes, *([""] if sheet.notes else []), *lines]) + "\n"


def _line(cells: Sequence[str], widths: list[int], right: list[bool]) -> str:
    padded = [
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _printed(value: Value) -> str:
    if isinstance(value, Fraction):
        return str(exact(value))
    return "" if value is None else str(value)


def _harmless(value: Value) -> str:
    text = _printed(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text
