"""Rates of counted things: the interval of one, the gap between two, the fair order of many."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

Z = 1.959963984540054
PRIOR_WEIGHT = 20
SMALL_SAMPLE = 30
TOO_FEW = 10
DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Rate:
    """``k`` of ``n``. It stays a pair of integers until it is printed."""

    k: int
    n: int

    @property
    def is_small(self) -> bool:
        """Whether so few were counted that the rate is printed in grey."""
        return self.n < SMALL_SAMPLE

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval; ``None`` where nothing, or more than all, was counted."""
        return wilson(self.k, self.n) if 0 <= self.k <= self.n and self.n else None

    @property
    def percent(self) -> str:
        """``"66.7%"``, half to even; a dash where nothing was counted."""
        return percent(Fraction(self.k, self.n)) if self.n else DASH


def percent(share: Fraction) -> str:
    """A share as a percentage with one decimal; a half goes to the even digit."""
    tenths = round(share * 1000)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def wilson(k: int, n: int) -> tuple[float, float]:
    """The score interval of ``k`` successes in ``n`` > 0 tries, at 95 %, inside [0, 1]."""
    share, square = k / n, Z * Z
    middle = share + square / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = ((middle - reach) / (1 + square / n), (middle + reach) / (1 + square / n))
    return (0.0 if k == 0 else max(0.0, low), 1.0 if k == n else min(1.0, high))


def newcombe(first: Rate, second: Rate) -> tuple[float, float, float]:
    """``first`` less ``second`` with its 95 % hybrid score interval; both count somebody."""
    one, two = first.k / first.n, second.k / second.n
    low_one, high_one = wilson(first.k, first.n)
    low_two, high_two = wilson(second.k, second.n)
    gap = one - two
    below = sqrt((one - low_one) ** 2 + (high_two - two) ** 2)
    above = sqrt((high_one - one) ** 2 + (two - low_two) ** 2)
    return gap, max(-1.0, gap - below), min(1.0, gap + above)


def shrunk(rate: Rate, overall: Rate) -> Fraction:
    """The score a film is ranked by: its rate, drawn to the overall one as if by 20 more trials."""
    k, n = (overall.k, overall.n) if overall.n else (0, 1)
    return Fraction(rate.k * n + PRIOR_WEIGHT * k, n * (rate.n + PRIOR_WEIGHT))
