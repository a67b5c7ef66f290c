"""What a trial has brought so far, and for how long those who converted went on paying."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from reports import trials
from reports.rates import Rate
from reports.records import Paid, Records, grouped, when
from reports.returned import Returned
from reports.trials import Trial

SLACK = timedelta(days=3)
MONTHS_TOLD = 13
MONTHS = {"week": 0, "month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Realised:
    """Money kept from the trials that are old enough, in minor units, by currency."""

    trials: Sequence[Trial]
    minor: dict[str, int]

    def each(self, currency: str) -> Fraction:
        """What one of these trials has brought on average, exactly."""
        return Fraction(self.minor[currency], len(self.trials))


@dataclass(frozen=True, slots=True)
class Month:
    """One month after the conversion: the trials for which it is over, and those still paying."""

    due: Sequence[Trial]
    paying: Sequence[Trial]

    @property
    def rate(self) -> Rate:
        """Who still paid, of those for whom the month is over."""
        return Rate(len(self.paying), len(self.due))


def realised(records: Records, *, horizon: timedelta) -> Realised:
    """The money of the first ``horizon`` of each trial that is as old: gross less tax, less what
    was given back, and nothing of a payment lost in a dispute.

    What went back is dated by its payment. Money belongs to the person's latest trial before it.
    """
    every = trials.counted(records)
    owners = grouped((trial.start for trial in every), "person")
    returned = Returned(records)
    old = {t.id for t in every if t.is_old(horizon, records.as_of)}
    minor: defaultdict[str, int] = defaultdict(int)
    for payment in records.of(Paid):
        starts = owners[payment.person]
        place = bisect_right(starts, payment.at, key=when)
        if place == 0:
            continue
        start = starts[place - 1]
        if start.subscription in old and payment.at - start.at <= horizon:
            minor[payment.currency] += returned.left_of(payment)
    kept = tuple(trial for trial in every if trial.id in old)
    return Realised(kept, {currency: minor[currency] for currency in sorted(minor)})


def retention(records: Records) -> tuple[Month, ...]:
    """Each month 0..12 after a conversion: for whom it is over, and who of them had paid for it.

    A gap that a return heals counts in the month of the return.
    """
    payments = grouped((paid for paid in records.of(Paid) if paid.is_money), "person")
    converted = [trial for trial in trials.counted(records) if trial.conversion]
    return tuple(
        _month(number, converted, payments, records.as_of) for number in range(MONTHS_TOLD)
    )


def _month(
    number: int, converted: list[Trial], payments: dict[str, list[Paid]], as_of: datetime
) -> Month:
    due: list[Trial] = []
    paying: list[Trial] = []
    for trial in converted:
        assert trial.conversion is not None
        over = later(trial.conversion.at, number + 1)
        if over <= as_of:
            due.append(trial)
            if any(covers(paid, over) for paid in payments[trial.person]):
                paying.append(trial)
    return Month(tuple(due), tuple(paying))


def covers(payment: Paid, over: datetime) -> bool:
    """Whether a payment's own period reaches the end of a month; renewals may be a bit late."""
    months = MONTHS[payment.interval]
    paid_until = later(payment.at, months) if months else payment.at + timedelta(weeks=1)
    return payment.at < over <= paid_until + SLACK


def later(at: datetime, months: int) -> datetime:
    """The same day ``months`` on, or the last one of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month + 1)
