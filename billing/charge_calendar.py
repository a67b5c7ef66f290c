"""Which sums fall due on which days: the calendar that is shown before anybody agrees."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True)
class Discount:
    """What a coupon takes off. One of ``percent`` and ``amount_minor`` is set.

    ``duration`` is Stripe's: ``once``, ``forever``, or ``repeating`` for so many ``months``, which
    count from the subscription's start, free days included. ``film`` is the slug of the film that
    the code was made for (its metadata at Stripe), if it was.
    """

    promotion_id: str
    code: str
    duration: str
    percent: float | None = None
    amount_minor: int | None = None
    currency: str | None = None
    months: int | None = None
    film: str | None = None

    @property
    def words(self) -> str:
        """``20% off`` for so long."""
        size = f"{self.percent:g}%" if self.percent is not None else "a fixed sum"
        months = "month" if self.months == 1 else f"{self.months} months"
        lasting = {
            "once": "the first payment",
            "forever": "every payment",
            "repeating": f"the first {months}",
        }
        return f"{size} off {lasting[self.duration]}"


@dataclass(frozen=True)
class Charge:
    """A sum, before tax, that falls due at an instant."""

    at: datetime
    amount_minor: int


def after(start: datetime, interval: str, times: int, *, day: int | None = None) -> datetime:
    """The instant ``times`` intervals after ``start``; 31 January is followed by 28 February, and
    that by 31 March where 31 is the ``day`` on which periods turn."""
    months = start.year * 12 + start.month - 1 + MONTHS[interval] * times
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(day or start.day, last))


def charges(
    amount_minor: int,
    interval: str,
    *,
    starts_at: datetime,
    charge_at: datetime,
    discount: Discount | None = None,
    count: int = 4,
) -> list[Charge]:
    """The first ``count`` charges of a subscription that starts and is first charged then."""
    dates = [after(charge_at, interval, number) for number in range(count)]
    return [
        Charge(at, _reduced(amount_minor, discount, number, at, starts_at))
        for number, at in enumerate(dates)
    ]


def lasting(amount_minor: int, discount: Discount | None) -> int:
    """The price that stays: less what a code takes off for ever, and nothing else."""
    if discount is None or discount.duration != "forever":
        return amount_minor
    return _less(amount_minor, discount)


def early_payments(
    amount_minor: int,
    interval: str,
    *,
    starts_at: datetime,
    charge_at: datetime,
    discount: Discount,
) -> int:
    """How many payments come before the price that stays, each less what the code takes off."""
    if discount.duration == "forever" or _less(amount_minor, discount) == amount_minor:
        return 0
    dates = (after(charge_at, interval, number) for number in range(max(1, discount.months or 0)))
    return sum(_applies(discount, number, at, starts_at) for number, at in enumerate(dates))


def _reduced(
    amount: int,
    discount: Discount | None,
    number: int,
    at: datetime,
    starts_at: datetime,
) -> int:
    if discount is None or not _applies(discount, number, at, starts_at):
        return amount
    return _less(amount, discount)


def _less(amount: int, discount: Discount) -> int:
    if discount.percent is not None:
        off = Fraction(amount) * Fraction(str(discount.percent)) / 100
        return amount - int(off + Fraction(1, 2))
    return max(0, amount - (discount.amount_minor or 0))


def _applies(discount: Discount, number: int, at: datetime, starts_at: datetime) -> bool:
    if discount.duration == "forever":
        return True
    if discount.duration == "once":  # a free first invoice does not spend it
        return number == 0
    return at < after(starts_at, "month", discount.months or 0)
