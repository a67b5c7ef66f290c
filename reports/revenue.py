"""Monthly recurring revenue at an instant: exact fractions of minor units, per currency."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from fractions import Fraction

from reports.records import Ended, Paid, Paused, Records, grouped, when

PAUSE = "pause"
A_MONTH = {
    "month": Fraction(1),
    "year": Fraction(1, 12),
    "quarter": Fraction(1, 3),
    "week": Fraction(52, 12),
}


def monthly(payment: Paid) -> Fraction:
    """What a payment's price comes to in a month, without tax, in minor units."""
    return price(payment) * A_MONTH[payment.interval]


def price(payment: Paid) -> int:
    """What an interval costs, without tax, in minor units."""
    return payment.net_minor if payment.price_minor is None else payment.price_minor


def money(records: Records) -> dict[str, list[Paid]]:
    """The payments of each subscription from its first money on, in the order of time. One that
    comes to nothing counts where it names the price: credit of a dearer plan may cover it."""
    found: defaultdict[str, list[Paid]] = defaultdict(list)
    for paid in records.of(Paid):
        own = found.get(paid.subscription)
        if paid.is_money or (own and paid.price_minor is not None):
            found[paid.subscription].append(paid)
    return found


def ends(records: Records) -> defaultdict[str, list[Ended]]:
    """What ends the revenue of each subscription, in the order of time: its end, and a pause once
    what was paid for is over."""
    pauses = (
        Ended(key=p.key, at=p.at, person=p.person, subscription=p.subscription, cause=PAUSE)
        for p in records.of(Paused)
    )
    return grouped(sorted((*records.of(Ended), *pauses), key=when), "subscription")


def at(records: Records, instant: datetime) -> dict[str, dict[str, Fraction]]:
    """The revenue at ``instant``: for each currency what each payer's subscriptions come to.

    A subscription counts from its first money until its access ends, so past due inside its grace
    period counts; money after that end opens it again, as after a pause. Its price is that of its
    latest payment.
    """
    ended = ends(records)
    found: defaultdict[str, defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for subscription, payments in money(records).items():
        last = next((paid for paid in reversed(payments) if paid.at <= instant), None)
        if last and not any(last.at <= end.at <= instant for end in ended[subscription]):
            found[last.currency][payments[0].person] += monthly(last)
    return {currency: dict(found[currency]) for currency in sorted(found)}
