"""Where the shapes of a drawn chart lie. The figures are in the table beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.rates import Rate

ROW = 34
ROOM = 42
LONGEST = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, whole and short, its figure, its top and its share of the width."""

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


def bars(title: str, rows: Sequence[tuple[str, int | float, str]]) -> Bars:
    """Bars of (words, value, figure), drawn to the longest one."""
    longest = max((value for _, value, _ in rows), default=0) or 1
    drawn = tuple(
        Bar(words, _short(words), figure, ROW * place, round(ROOM * value / longest, 2))
        for place, (words, value, figure) in enumerate(rows)
    )
    return Bars(title, "; ".join(f"{bar.words}: {bar.figure}" for bar in drawn) + ".", drawn)


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
    return Curve(title, words, _path(middle), band, len(rates) - 1, top)


def _short(words: str) -> str:
    """Words that fit beside a bar on a phone; the whole of them is in the table."""
    return (
        words
        if len(words) <= LONGEST
        else f"{words[: LONGEST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    )


def _edge(rate: Rate, side: int) -> float:
    return rate.interval[side] if rate.interval else 0.0


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:.2f}" for x, y in points)
