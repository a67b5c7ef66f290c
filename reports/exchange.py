"""Exchange rates into the currency of the reports: what one is worth at an instant, and when it
changes. Days are those of UTC, so that a report's time zone moves labels only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import money, settings
from reports.exchange_models import ExchangeRate
from reports.periods import Period

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The midnight at which a currency became worth something else."""

    at: datetime
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates into ``into`` that were known. A day without one takes the last one before it;
    the days before the first one take that. Worths are of a minor unit in minor units."""

    into: str | None
    by_currency: Mapping[str, tuple[tuple[date, Fraction], ...]]

    def has(self, currency: str) -> bool:
        """Whether anything tells what ``currency`` is worth."""
        return currency == self.into or bool(self.by_currency.get(currency))

    def at(self, currency: str, instant: datetime) -> Fraction:
        """What a minor unit of ``currency`` was worth at ``instant``."""
        if currency == self.into:
            return ONE
        known = self.by_currency[currency]
        place = bisect_right(known, instant.astimezone(UTC).date(), key=_day)
        return known[max(place - 1, 0)][1]

    def turns(self, currency: str, within: Period) -> Iterator[Turn]:
        """Every midnight of ``within`` at which ``currency`` became worth something else."""
        known = self.by_currency.get(currency, ())
        first = bisect_right(known, within.start.astimezone(UTC).date(), key=_day) - 1
        for place in range(max(first, 1), len(known)):
            at = datetime.combine(known[place][0], time.min, UTC)
            if at >= within.end:
                return
            before, after = known[place - 1][1], known[place][1]
            if at >= within.start and before != after:
                yield Turn(at, before, after)

    def lacking(self, currency: str, within: Period) -> list[date]:
        """The days of ``within`` that have no rate of their own."""
        own = {day for day, _ in self.by_currency.get(currency, ())}
        first = within.start.astimezone(UTC).date()
        last = (within.end - timedelta(microseconds=1)).astimezone(UTC).date()
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [] if currency == self.into else [day for day in every if day not in own]

    def first_day(self, currency: str) -> date | None:
        """The day of the first rate."""
        known = self.by_currency.get(currency)
        return known[0][0] if known else None


NO_RATES = Rates(None, {})


def _day(known: tuple[date, Fraction]) -> date:
    return known[0]


def known(db: Session, *, as_of: datetime) -> Rates:
    """The rates into the reports' currency of every day up to that of ``as_of``."""
    into = settings.current().report_currency
    if into is None:
        return NO_RATES
    rows = db.scalars(
        select(ExchangeRate)
        .where(ExchangeRate.target == into, ExchangeRate.day <= as_of.astimezone(UTC).date())
        .order_by(ExchangeRate.currency, ExchangeRate.day)
    )
    found: dict[str, list[tuple[date, Fraction]]] = {}
    for row in rows:
        worth = worth_of(Fraction(row.rate) / Fraction(row.per), row.currency, into)
        found.setdefault(row.currency, []).append((row.day, worth))
    return Rates(into, {currency: tuple(days) for currency, days in found.items()})


def worth_of(rate: Fraction, currency: str, into: str) -> Fraction:
    """A rate between whole units brought to minor ones: a yen has none, a pound a hundred."""
    digits = money.places(into) - money.places(currency)
    return rate * Fraction(10) ** digits
