"""How many people an experiment needs, and whether its arms are as large as they were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, erfc, sqrt
from statistics import NormalDist

from reports.rates import Z

POWER = 0.8
ALARM = 0.001
WARNING = 0.01


def planned(base: Fraction, goal: Fraction) -> int:
    """The people each arm needs to tell ``goal`` from ``base`` at 95 % with a power of 80 %."""
    reach = Z + NormalDist().inv_cdf(POWER)
    spread = float(base * (1 - base) + goal * (1 - goal))
    return ceil(reach**2 * spread / float(goal - base) ** 2)


@dataclass(frozen=True, slots=True)
class Split:
    """How the people of an experiment fell into its two arms, which were drawn alike."""

    first: int
    second: int

    @property
    def chi_square(self) -> Fraction:
        """The statistic, exactly, with one degree of freedom; 0 while nobody was counted."""
        total = self.first + self.second
        return Fraction((self.first - self.second) ** 2, total) if total else Fraction(0)

    @property
    def p(self) -> float:
        """How often an honest draw lies at least as far from one half."""
        return erfc(sqrt(self.chi_square / 2))

    @property
    def is_alarming(self) -> bool:
        """Whether something is broken: such a draw is rarer than 1 in 1,000."""
        return self.p < ALARM

    @property
    def is_odd(self) -> bool:
        """Whether somebody should look: rarer than 1 in 100."""
        return self.p < WARNING
