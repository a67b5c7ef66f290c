"""Where the shapes of a drawn chart lie, and what the chart library is told in their stead.

The figures are in the table beneath it. ``plain`` is put into the page as JSON for
``web/static/js/charts.js``, which paints over the drawn chart where the library is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core import money
from reports import periods
from reports.movements import DOWNWARD, Movement, Row
from reports.rates import Rate, percent
from web.desk.figures import MOVEMENTS
from web.filters import capital

ROW = 34
LONGEST, LONGEST_WIDE = 18, 30
ROOMS = (8, 13, LONGEST, 24)
LONG_FIGURE = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, for a wide page and for a phone, its figure, its top and its width in
    hundredths of the longest."""

    words: str
    short: str
    figure: str
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars, one under the other, and what it says to those who do not see it."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    names: tuple[str, ...]
    values: tuple[float, ...]
    shape: str = "bars"

    @property
    def plain(self) -> dict[str, Any]:
        """For the library: words, value and figure of each bar."""
        rows = [
            [name, value, bar.figure]
            for name, bar, value in zip(self.names, self.bars, self.values, strict=True)
        ]
        return {"shape": self.shape, "description": self.description, "rows": rows}

    @property
    def room(self) -> str:
        """The classes that leave the words at the left, and the figures, as much room as they
        need."""
        longest = max((len(bar.words) for bar in self.bars), default=0)
        enough = next((room for room in ROOMS if longest <= room), LONGEST_WIDE)
        sums = " chart--sums" if any(len(bar.figure) > LONG_FIGURE for bar in self.bars) else ""
        return f"chart--words-{enough}{sums}"

    @property
    def height(self) -> int:
        """How tall it is, in pixels."""
        return ROW * len(self.bars)


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve with its band, in a field one wide a day and 100 high; ``top`` is the share at the
    upper edge."""

    title: str
    description: str
    line: str
    band: str
    days: int
    top: int
    points: tuple[tuple[int, Rate], ...]

    @property
    def plain(self) -> dict[str, Any]:
        """For the library: day, percentage, both edges of its interval, and the rate in words."""
        rows = [
            [day, _hundredths(rate.k / rate.n), *map(_hundredths, rate.interval), _words(rate)]
            for day, rate in self.points
            if rate.interval
        ]
        return {"shape": "curve", "description": self.description, "rows": rows}


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved a sum, period after period: bars up and down, and the sum at each end."""

    drawn: Bars
    periods: tuple[str, ...]
    ends: tuple[float, ...]
    movements: tuple[tuple[str, tuple[float, ...]], ...]
    figures: tuple[tuple[str, ...], ...]

    @property
    def title(self) -> str:
        """What it shows."""
        return self.drawn.title

    @property
    def plain(self) -> dict[str, Any]:
        """For the library: the periods, the sum at the end of each, and each movement's bars."""
        return {
            "shape": "movements",
            "description": self.drawn.description,
            "periods": self.periods,
            "ends": self.ends,
            "movements": self.movements,
            "figures": self.figures,
        }


def bars(title: str, rows: Sequence[tuple[str, int | float, str]], *, shape: str = "bars") -> Bars:
    """Bars of (words, value, figure), drawn to the longest one; ``shape`` may be ``funnel``."""
    longest = max((value for _, value, _ in rows), default=0) or 1
    drawn = tuple(
        Bar(
            _short(words, LONGEST_WIDE),
            _short(words, LONGEST),
            figure,
            ROW * place,
            round(100 * value / longest, 2),
        )
        for place, (words, value, figure) in enumerate(rows)
    )
    told = "; ".join(f"{words}: {figure}" for words, _, figure in rows) + "."
    names = tuple(words for words, _, _ in rows)
    return Bars(title, told, drawn, names, tuple(float(value) for _, value, _ in rows), shape)


def moved(title: str, rows: Sequence[Row]) -> Moved:
    """One currency's revenue by period, in whole units of it."""
    currency = rows[0].currency
    digits = 10 ** money.places(currency)

    def units(minor: Fraction, sign: int = 1) -> float:
        return sign * round(float(minor / digits), 2)

    def figure(minor: Fraction) -> str:
        return money.formatted(round(minor), currency)

    shown = [each for each in Movement if any(row.amount(each) for row in rows)]
    return Moved(
        drawn=bars(
            title,
            [(capital(periods.told(row.label)), float(row.end), figure(row.end)) for row in rows],
        ),
        periods=tuple(capital(periods.told(row.label)) for row in rows),
        ends=tuple(units(row.end) for row in rows),
        movements=tuple(
            (MOVEMENTS[each], tuple(units(row.amount(each), _sign(each)) for row in rows))
            for each in shown
        ),
        figures=tuple(
            (figure(row.end), *(figure(row.amount(each)) for each in shown)) for row in rows
        ),
    )


def _sign(movement: Movement) -> int:
    return -1 if movement in DOWNWARD else 1


def curve(title: str, rates: Sequence[Rate]) -> Curve | None:
    """C(K,h) day by day with its 95 % band; ``None`` where nobody is old enough for a day."""
    known = [(day, rate) for day, rate in enumerate(rates) if rate.n]
    if len(known) < 2:
        return None
    highs = [rate.interval[1] for _, rate in known if rate.interval]
    top = min(100, max(10, -(-int(100 * max(highs) + 1) // 10) * 10))
    upper = [(day, 100 - 10000 * _edge(rate, 1) / top) for day, rate in known]
    lower = [(day, 100 - 10000 * _edge(rate, 0) / top) for day, rate in known]
    middle = [(day, 100 - 10000 * rate.k / rate.n / top) for day, rate in known]
    day, last = known[-1]
    words = f"On day {day}, {last.percent} of {last.n} trials had converted."
    band = f"{_path(upper)}L{_path(lower[::-1])[1:]}Z"
    return Curve(title, words, _path(middle), band, len(rates) - 1, top, tuple(known))


def _hundredths(share: float) -> float:
    """A share as a percentage, exact enough to be drawn."""
    return round(100 * share, 2)


def _words(rate: Rate) -> str:
    low, high = (percent(Fraction(edge)) for edge in rate.interval or (0.0, 0.0))
    return f"{rate.percent}, {rate.k} of {rate.n}; 95% interval {low} to {high}"


def _short(words: str, longest: int) -> str:
    """Words that fit beside a bar; the whole of them is in the table."""
    return (
        words
        if len(words) <= longest
        else f"{words[: longest - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    )


def _edge(rate: Rate, side: int) -> float:
    return rate.interval[side] if rate.interval else 0.0


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:.2f}" for x, y in points)
