"""What a payer may bring in all: an estimate, and only where enough is known to make one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.lifetime import Month
from reports.movements import Row

PAYERS = 100
PERIODS = 3
LONGEST = 36


@dataclass(frozen=True, slots=True)
class Forecast:
    """The months that a conversion is expected to be paid for, up to ``LONGEST``, and what a
    payer brings in one, by currency."""

    months: Fraction
    a_month: dict[str, Fraction]

    @property
    def each(self) -> dict[str, Fraction]:
        """What a conversion may bring in all, in minor units without tax."""
        return {currency: minor * self.months for currency, minor in self.a_month.items()}


def drawn(rows: Sequence[Row], retention: Sequence[Month]) -> Forecast | None:
    """The estimate; ``None`` with fewer than 100 payers or 3 months that so many have behind them.

    The months that were seen count as they were; the ones after shrink by the share that the last
    two of them kept, so a single steady month promises no eternity.
    """
    latest = [row for row in rows if row.label == rows[-1].label] if rows else []
    paying = {row.currency: row for row in latest if row.payers}
    seen = [month.rate for month in retention if month.rate.n >= PAYERS]
    if len(seen) < PERIODS or sum(len(row.payers) for row in paying.values()) < PAYERS:
        return None
    shares = [Fraction(rate.k, rate.n) for rate in seen]
    kept = min(Fraction(1), shares[-1] / shares[-2]) if shares[-2] else Fraction(0)
    months, next_share = sum(shares, Fraction(0)), shares[-1]
    for _ in range(LONGEST - len(shares)):
        next_share = (next_share * kept).limit_denominator(10**9)
        months += next_share
    a_month = {currency: row.end / len(row.payers) for currency, row in paying.items()}
    return Forecast(months, a_month)
