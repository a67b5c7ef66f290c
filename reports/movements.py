"""What moved the monthly recurring revenue: new, lost and changed payers, cell by cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from zoneinfo import ZoneInfo

from reports import periods, revenue
from reports.periods import EVER, By, Period
from reports.rates import Rate
from reports.records import Ended, Paid, Records, when

GRAIN = timedelta(microseconds=1)
Held = dict[str, dict[str, Fraction]]  # what each payer comes to, by currency


class Movement(StrEnum):
    """Why the revenue changed. ``fx`` is zero where currencies stand apart."""

    NEW = "new"
    REACTIVATION = "reactivation"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    FX = "fx"


CAUSE, REASON = "cause:", "reason:"
NONE = "none"
BY_CHOICE = frozenset({"voluntary", revenue.PAUSE})
UNTICKED = {revenue.PAUSE: revenue.PAUSE}
DOWNWARD = frozenset({Movement.CONTRACTION, Movement.CHURN})


@dataclass(frozen=True, slots=True)
class Change:
    """One payer's revenue in a currency changed by ``amount`` > 0, up or down by its movement.
    ``cause`` is why access ended, where it did, and ``reason`` what was ticked by who chose to
    leave."""

    at: datetime
    person: str
    currency: str
    movement: Movement
    amount: Fraction
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One currency in one cell: revenue and payers at both edges, and the movements between."""

    label: str
    currency: str
    start: Fraction
    end: Fraction
    changes: tuple[Change, ...]
    payers_at_start: tuple[str, ...]
    payers: tuple[str, ...]
    cell: Period = EVER
    fx: Fraction = Fraction(0)

    def amount(self, movement: Movement) -> Fraction:
        """The sum of one movement; contraction and churn are told as positive amounts, drift of
        exchange rates as it fell out."""
        if movement is Movement.FX:
            return self.fx
        return sum((c.amount for c in self.changes if c.movement is movement), Fraction(0))

    @property
    def balances(self) -> bool:
        """The identity: what was there, and what moved, is what is there."""
        up = sum(self.amount(each) for each in Movement if each not in DOWNWARD)
        return self.start + up - sum(map(self.amount, DOWNWARD)) == self.end

    @property
    def _left(self) -> dict[str, Change]:
        """The last time that each person stopped paying."""
        return {c.person: c for c in self.changes if c.movement is Movement.CHURN}

    def churned(self, *, voluntary: bool | None = None) -> tuple[str, ...]:
        """Who stopped paying; by choice, or not, where that is asked: the last time counts."""
        asked = (True, False) if voluntary is None else (voluntary,)
        left = self._left.items()
        return tuple(sorted(p for p, last in left if (last.cause in BY_CHOICE) in asked))

    @property
    def churn_causes(self) -> dict[str, tuple[str, ...]]:
        """Who stopped paying, by why access ended; the last reason of each counts."""
        return _by_word({person: last.cause for person, last in self._left.items()})

    @property
    def churn_reasons(self) -> dict[str, tuple[str, ...]]:
        """Who left by choice, by what they ticked; ``none`` where they ticked nothing, and whoever
        pauses has ticked that."""
        left = ((p, last) for p, last in self._left.items() if last.cause in BY_CHOICE)
        return _by_word({p: last.reason or UNTICKED.get(last.cause, NONE) for p, last in left})

    @property
    def churn_rate(self) -> Rate:
        """Those who stopped paying inside the cell, over those who paid at its start."""
        return Rate(len(self.churned()), len(self.payers_at_start))

    def members(self, name: str) -> tuple[str, ...]:
        """The people behind a movement, or who pay at an edge (``start``, ``end``), each once."""
        lists = {
            "start": self.payers_at_start,
            "end": self.payers,
            "voluntary": self.churned(voluntary=True),
            "involuntary": self.churned(voluntary=False),
        }
        if name.startswith(CAUSE):
            return self.churn_causes.get(name.removeprefix(CAUSE), ())
        if name.startswith(REASON):
            return self.churn_reasons.get(name.removeprefix(REASON), ())
        if name in lists:
            return lists[name]
        return tuple(sorted({c.person for c in self.changes if c.movement == name}))


def _by_word(found: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """People by the word that stands for each."""
    return {
        word: tuple(sorted(person for person in found if found[person] == word))
        for word in sorted(set(found.values()))
    }


def by_period(
    records: Records, *, zone: ZoneInfo, by: By, within: Period | None = None
) -> tuple[Row, ...]:
    """One row for each currency and each day, week or month since the first money came; only
    those that touch ``within``, where it is given."""
    payments = [paid for paid in records.of(Paid) if paid.is_money]
    if not payments:
        return ()
    moved: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes(records):
        moved[periods.label(change.at, zone, by), change.currency].append(change)
    currencies = sorted({paid.currency for paid in payments})
    rows: list[Row] = []
    before: Held | None = None
    for label, period in periods.cells(payments[0].at, records.as_of, zone, by):
        if within is not None and not period.touches(within):
            before = None
            continue
        if before is None:
            before = revenue.at(records, period.start - GRAIN)
        after = revenue.at(records, min(period.end - GRAIN, records.as_of))
        rows += [
            row(label, period, currency, before, after, moved[label, currency])
            for currency in currencies
        ]
        before = after
    return tuple(rows)


def row(
    label: str,
    cell: Period,
    currency: str,
    before: Held,
    after: Held,
    moved: list[Change],
) -> Row:
    """One currency in one cell, of what was paid at both of its edges and what moved between."""
    starting, ending = before.get(currency, {}), after.get(currency, {})
    return Row(
        label=label,
        currency=currency,
        start=sum(starting.values(), Fraction(0)),
        end=sum(ending.values(), Fraction(0)),
        changes=tuple(moved),
        payers_at_start=tuple(sorted(starting)),
        payers=tuple(sorted(ending)),
        cell=cell,
    )


def changes(records: Records) -> list[Change]:
    """Every movement up to ``as_of``, in order: what each payer's events did to each currency."""
    events: defaultdict[str, list[Paid | Ended]] = defaultdict(list)
    ends = revenue.ends(records)
    for subscription, payments in revenue.money(records).items():
        events[payments[0].person] += [*payments, *ends[subscription]]
    found = [change for person in events for change in _moved(person, events[person])]
    return sorted(found, key=lambda c: (c.at, c.person, c.currency, c.movement))


def _moved(person: str, events: list[Paid | Ended]) -> Iterator[Change]:
    """Walk through one payer's events. Somebody who keeps another subscription contracts."""
    live: dict[str, tuple[str, Fraction]] = {}
    has_paid = False
    ordered = sorted(events, key=lambda event: (event.at, isinstance(event, Ended), event.key))
    for at, together in groupby(ordered, key=when):
        before, was_live, cause, reason = _sums(live), bool(live), "", ""
        for event in together:
            if isinstance(event, Paid):
                live[event.subscription] = (event.currency, revenue.monthly(event))
            elif live.pop(event.subscription, None) is not None:
                cause, reason = event.cause, event.reason
        after = _sums(live)
        rise = _rise(was_live, has_paid)
        fall = Movement.CONTRACTION if live else Movement.CHURN
        for currency in sorted({*before, *after}):
            by = after[currency] - before[currency]
            if by:
                movement = rise if by > 0 else fall
                yield Change(at, person, currency, movement, abs(by), cause, reason)
        has_paid = has_paid or bool(live)


def _rise(was_live: bool, has_paid: bool) -> Movement:
    if was_live:
        return Movement.EXPANSION
    return Movement.REACTIVATION if has_paid else Movement.NEW


def _sums(live: dict[str, tuple[str, Fraction]]) -> defaultdict[str, Fraction]:
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    for currency, amount in live.values():
        sums[currency] += amount
    return sums
