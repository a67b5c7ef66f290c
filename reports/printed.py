"""The parts that every printed report shares: its heading, a rate, a sheet beside its JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import orjson

from reports.questions import Question
from reports.rates import Rate, percent
from reports.sheets import Sheet, Value

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Printed:
    """One report in its shapes: the JSON object, the sheet for CSV at full precision, and, where
    that one is too wide for a terminal, a narrower one for people. Sheets are made when asked for.
    """

    plain: Plain
    to_sheet: Callable[[], Sheet]
    to_brief: Callable[[], Sheet] | None = None

    @property
    def sheet(self) -> Sheet:
        """The rows for CSV."""
        return self.to_sheet()

    @property
    def brief(self) -> Sheet:
        """The rows for a terminal."""
        return self.to_brief() if self.to_brief else self.to_sheet()

    def json(self) -> str:
        """The object as text: keys in the order in which they were written, one final newline."""
        return orjson.dumps(self.plain, option=orjson.OPT_INDENT_2).decode() + "\n"


def heading(report: str, question: Question, **more: object) -> Plain:
    """What a report was asked: the first keys of its JSON."""
    return {
        "report": report,
        "as_of": instant(question.as_of),
        "zone": question.zone.key,
        "by": str(question.by),
        "horizon_days": question.horizon.days,
        "window_days": question.window.days,
        "from": question.first.isoformat() if question.first else None,
        "to": question.last.isoformat() if question.last else None,
        "source": question.source,
        **more,
    }


def notes(what: str, question: Question, *more: str, period: str = "") -> tuple[str, ...]:
    """The lines above a table: period (as asked, unless named), zone, source, horizon."""
    if not period:
        period = f"{question.first} to {question.last}" if question.first else "all of the past"
    return (
        f"{what}. As of {instant(question.as_of)}, {period}, time zone {question.zone.key}, "
        f"{source_words(question.source)}, horizon {question.horizon.days} days.",
        *more,
    )


def source_words(source: str | None) -> str:
    """Where the counted people came from, in words."""
    if source is None:
        return "all sources"
    return f"source {source}" if source else "no source named"


def instant(at: datetime) -> str:
    """``2026-09-20T00:00:00Z``."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def seconds(length: timedelta | None) -> float | int | None:
    """A length of time in seconds, whole where it is whole."""
    if length is None:
        return None
    whole = length // timedelta(seconds=1)
    return whole if length == timedelta(seconds=whole) else length.total_seconds()


def rate(found: Rate) -> Plain:
    """``{"k", "n", "low", "high"}``, the interval at four decimals or null."""
    low, high = _edges(found)
    return {"k": found.k, "n": found.n, "low": low, "high": high}


def rate_cells(found: Rate) -> tuple[Value, ...]:
    """The same as cells of a sheet: k, n, the percentage, low, high."""
    return (found.k, found.n, found.percent, *_edges(found))


def rate_text(found: Rate) -> str:
    """``66.7%  2/3  (20.8% to 93.9%)``: a rate, its counts and its interval for a terminal."""
    counts = f"{found.percent}  {found.k}/{found.n}"
    if found.interval is None:
        return counts
    low, high = (percent(Fraction(edge)) for edge in found.interval)
    return f"{counts}  ({low} to {high})"


def rate_columns(name: str) -> tuple[str, ...]:
    """The names of those cells."""
    return (f"{name}_k", f"{name}_n", f"{name}", f"{name}_low", f"{name}_high")


def _edges(found: Rate) -> tuple[float | None, float | None]:
    if found.interval is None:
        return None, None
    return round(found.interval[0], 4), round(found.interval[1], 4)
