"""A file of exchange rates read cell by cell: our own columns, or those the ECB publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from reports import history_files, periods
from reports.history_files import LONGEST, Cells
from reports.periods import BadQuestion

COLUMNS = ("day", "currency", "rate")
ECB_DAY, EURO, ABSENT = "Date", "eur", ("", "N/A")
"""``eurofxref-hist.csv`` of the ECB: a column for each currency with what one euro was in it."""
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Quote:
    """``per`` units of ``currency`` were worth ``rate`` units of the reports' currency."""

    day: date
    currency: str
    rate: Decimal
    per: Decimal = ONE


def quotes(path: Path, into: str, problems: list[str]) -> list[Quote]:
    """Every rate of ``path`` into ``into``; what cannot be used is told with its place."""
    found: list[Quote] = []
    for place, values in history_files.lines(path, (), problems):
        cells = Cells(place, values, problems)
        if ECB_DAY in values:
            found += _of_the_ecb(cells, values, into)
        elif missing := [name for name in COLUMNS if name not in values]:
            problems.append(f"{path.name}, line 1: the columns {', '.join(missing)} are missing.")
            return []
        else:
            found += _own(cells, values, into)
    return found


def _own(cells: Cells, values: dict[str, str], into: str) -> Iterator[Quote]:
    day, currency = _day(cells, "day", values), values["currency"].lower()
    if not is_currency(currency) or currency == into:
        said = f'"{values["currency"][:LONGEST]}" is not a currency such as usd'
        cells.refuse("currency", f"{said}, other than the reports' own {into.upper()}")
        return
    rate = _number(cells, "rate", values)
    if day and rate:
        yield Quote(day, currency, rate)


def _of_the_ecb(cells: Cells, values: dict[str, str], into: str) -> Iterator[Quote]:
    """A day of the ECB's: what one euro was, brought to what each currency was in ``into``."""
    day = _day(cells, ECB_DAY, values)
    named = [name for name in values if is_currency(name.lower()) and values[name] not in ABSENT]
    euro = {name.lower(): _number(cells, name, values) for name in named}
    euro[EURO] = ONE
    target = euro.get(into)
    for currency, per in euro.items():
        if day and per and target and currency != into:
            yield Quote(day, currency, target, per)


def is_currency(text: str) -> bool:
    """Whether it may be the code of a currency, in small letters."""
    return re.fullmatch(r"[a-z]{3}", text) is not None


def _day(cells: Cells, column: str, values: dict[str, str]) -> date | None:
    try:
        return periods.day(values[column])
    except BadQuestion as wrong:
        cells.refuse(column, wrong.sentence.rstrip("."))
        return None


def _number(cells: Cells, column: str, values: dict[str, str]) -> Decimal | None:
    """A positive decimal such as ``0.8571``."""
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", values[column]) or not Decimal(
        values[column]
    ):
        cells.refuse(column, f'"{values[column][:LONGEST]}" is not a rate such as 0.8571')
        return None
    return Decimal(values[column])
