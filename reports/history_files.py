"""The two files of history that an operator brings, read cell by cell; every bad value is told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from reports import periods
from reports.periods import BadQuestion

TRIAL_COLUMNS = (
    "trial_id",
    "person",
    "kind",
    "offer",
    "interval",
    "carded",
    "started_at",
    "trial_ends_at",
    "cancel_set_at",
    "ended_at",
    "ended_cause",
    "film",
)
PAYMENT_COLUMNS = (
    "payment_id",
    "person",
    "trial_id",
    "paid_at",
    "gross_minor",
    "tax_minor",
    "currency",
    "interval",
    "refunded_minor",
    "refunded_at",
    "disputed_at",
)
INTERVALS = ("month", "year", "quarter", "week")
CAUSES = ("voluntary", "payment", "no_method", "operator")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One line of ``trials.csv``."""

    id: str
    person: str
    kind: str
    offer: str
    interval: str
    carded: bool
    started_at: datetime
    trial_ends_at: datetime
    cancel_set_at: datetime | None
    ended_at: datetime | None
    ended_cause: str
    film: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One line of ``payments.csv``. ``trial_id`` is empty for money of another subscription."""

    id: str
    person: str
    trial_id: str
    paid_at: datetime
    gross_minor: int
    tax_minor: int
    currency: str
    interval: str
    refunded_minor: int
    refunded_at: datetime | None
    disputed_at: datetime | None


class Cells:
    """One line of a file. A value that cannot be used is noted with its place, and reading goes on
    with something harmless, so that one run tells all of them."""

    def __init__(self, place: str, values: dict[str, str], problems: list[str]) -> None:
        self._place = place
        self._values = values
        self._problems = problems

    def refuse(self, column: str, why: str) -> None:
        """Note that ``column`` cannot be used."""
        self._problems.append(f"{self._place}, column {column}: {why}.")

    def text(self, column: str, *, needed: bool = True) -> str:
        """A short text."""
        value = self._values[column]
        if needed and not value:
            self.refuse(column, "it is empty")
        elif len(value) > LONGEST or not value.isprintable():
            self.refuse(column, f"it is longer than {LONGEST} characters or cannot be printed")
        return value

    def choice(self, column: str, options: Collection[str], *, needed: bool = True) -> str:
        """One of ``options``."""
        value = self._values[column]
        if value not in options and (value or needed):
            self.refuse(column, f'"{value[:LONGEST]}" is none of {", ".join(options)}')
        return value

    def instant(self, column: str, *, after: datetime | None = None) -> datetime | None:
        """An instant, not before ``after``; empty is none."""
        value = self._values[column]
        if not value:
            return None
        try:
            found = periods.instant(value)
        except BadQuestion as wrong:
            self.refuse(column, wrong.sentence.rstrip("."))
            return None
        if after is not None and found < after:
            self.refuse(column, f"{value} is before the start of what it belongs to")
        return found

    def needed_instant(self, column: str, *, after: datetime | None = None) -> datetime:
        """An instant that must be there."""
        if not self._values[column]:
            self.refuse(column, "it is empty")
        return self.instant(column, after=after) or periods.instant("1970-01-01T00:00Z")

    def count(self, column: str, *, needed: bool = True, at_most: int | None = None) -> int:
        """A whole number from 0; empty is 0 where it may be."""
        value = self._values[column]
        if not value and not needed:
            return 0
        if not re.fullmatch(r"[0-9]{1,15}", value):
            self.refuse(column, f'"{value[:LONGEST]}" is not a whole number of minor units')
            return 0
        if at_most is not None and int(value) > at_most:
            self.refuse(column, f"{value} is more than was paid")
        return int(value)


def trial_row(cells: Cells) -> TrialRow:
    """Read one line of ``trials.csv``."""
    kind = cells.choice("kind", ("trial", "staff", "retention"))
    started_at = cells.needed_instant("started_at")
    ends = cells.needed_instant if kind == "trial" else cells.instant
    row = TrialRow(
        id=cells.text("trial_id"),
        person=cells.text("person"),
        kind=kind,
        offer=cells.text("offer", needed=False),
        interval=cells.choice("interval", INTERVALS),
        carded=cells.choice("carded", ("yes", "no")) == "yes",
        started_at=started_at,
        trial_ends_at=ends("trial_ends_at", after=started_at) or started_at,
        cancel_set_at=cells.instant("cancel_set_at", after=started_at),
        ended_at=cells.instant("ended_at", after=started_at),
        ended_cause=cells.choice("ended_cause", CAUSES, needed=False),
        film=cells.text("film", needed=False),
    )
    if row.ended_at and not row.ended_cause:
        cells.refuse("ended_cause", "it is empty although ended_at is not")
    if row.ended_cause and not row.ended_at:
        cells.refuse("ended_at", "it is empty although ended_cause is not")
    return row


def payment_row(cells: Cells) -> PaymentRow:
    """Read one line of ``payments.csv``."""
    paid_at = cells.needed_instant("paid_at")
    gross = cells.count("gross_minor")
    row = PaymentRow(
        id=cells.text("payment_id"),
        person=cells.text("person"),
        trial_id=cells.text("trial_id", needed=False),
        paid_at=paid_at,
        gross_minor=gross,
        tax_minor=cells.count("tax_minor", needed=False, at_most=gross),
        currency=cells.text("currency").lower(),
        interval=cells.choice("interval", INTERVALS),
        refunded_minor=cells.count("refunded_minor", needed=False, at_most=gross),
        refunded_at=cells.instant("refunded_at", after=paid_at),
        disputed_at=cells.instant("disputed_at", after=paid_at),
    )
    if not re.fullmatch(r"[a-z]{3}", row.currency):
        cells.refuse("currency", f'"{row.currency[:LONGEST]}" is not a currency such as gbp')
    if row.refunded_minor and not row.refunded_at:
        cells.refuse("refunded_at", "it is empty although something was refunded")
    if row.refunded_at and not row.refunded_minor:
        cells.refuse("refunded_minor", "nothing was refunded although refunded_at is not empty")
    return row


T = TypeVar("T", TrialRow, PaymentRow)


def rows(
    path: Path, columns: tuple[str, ...], read: Callable[[Cells], T], problems: list[str]
) -> dict[str, tuple[str, T]]:
    """Every line of ``path`` by its id, with its place. The same line twice is one line."""
    found: dict[str, tuple[str, T]] = {}
    for place, values in lines(path, columns, problems):
        cells = Cells(place, values, problems)
        row = read(cells)
        earlier, same = found.setdefault(row.id, (place, row))
        if same != row:
            cells.refuse(columns[0], f'"{row.id}" stands with other values in {earlier}')
    return found


def lines(
    path: Path, columns: tuple[str, ...], problems: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of a file by their columns, each with its place; a bad file is told."""
    text = _text(path, problems)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            place, line = f"{path.name}, line {line}", reader.line_num + 1
            if header is None:
                header = [name.strip() for name in cells]
                if missing := [name for name in columns if name not in header]:
                    problems.append(f"{place}: the columns {', '.join(missing)} are missing.")
                    return
            elif cells and len(cells) != len(header):
                problems.append(f"{place}: {len(cells)} values stand under {len(header)} columns.")
            elif cells:
                yield place, {n: c.strip() for n, c in zip(header, cells, strict=True)}
    except csv.Error as wrong:
        problems.append(f"{path.name}, line {reader.line_num}: {wrong}.")
    if header is None:
        problems.append(f"{path.name}, line 1: the header is missing.")


def _text(path: Path, problems: list[str]) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as wrong:
        problems.append(f"{path.name} cannot be read: {wrong.strerror}.")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        problems.append(f"{path.name}, line {line}: it is not UTF-8.")
    return None
