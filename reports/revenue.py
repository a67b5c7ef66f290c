"""Monthly recurring revenue at an instant: exact fractions of minor units, per currency."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from fractions import Fraction

from reports.records import Ended, Paid, Records, grouped

A_MONTH = {
    "month": Fraction(1),
    "year": Fraction(1, 12),
    "quarter": Fraction(1, 3),
    "week": Fraction(52, 12),
}


def monthly(payment: Paid) -> Fraction:
    """What a payment's price comes to in a month, without tax, in minor units."""
    price = payment.net_minor if payment.price_minor is None else payment.price_minor
    return price * A_MONTH[payment.interval]


def money(records: Records) -> dict[str, list[Paid]]:
    """The payments above zero by subscription, in the order of time."""
    return grouped((paid for paid in records.of(Paid) if paid.is_money), "subscription")


def at(records: Records, instant: datetime) -> dict[str, dict[str, Fraction]]:
    """The revenue at ``instant``: for each currency what each payer's subscriptions come to.

    A subscription counts from its first money until its access ends, so past due inside its grace
    period counts; money after that end opens it again. Its price is that of its latest money.
    """
    ends = grouped(records.of(Ended), "subscription")
    found: defaultdict[str, defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for subscription, payments in money(records).items():
        last = next((paid for paid in reversed(payments) if paid.at <= instant), None)
        if last and not any(last.at <= end.at <= instant for end in ends[subscription]):
            found[last.currency][payments[0].person] += monthly(last)
    return {currency: dict(found[currency]) for currency in sorted(found)}
