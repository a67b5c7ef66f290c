"""Revenue of all currencies in one line: each movement at the rate of its day, drift as ``fx``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from reports.exchange import Rates
from reports.movements import DOWNWARD, GRAIN, Change, Row
from reports.periods import Period


@dataclass(frozen=True, slots=True)
class Combined:
    """The line of all currencies in ``currency``; no rows where one currency alone says it all.
    ``said`` is what a reader must know of the rates, in sentences."""

    currency: str | None
    rows: tuple[Row, ...] = ()
    left_out: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def balances(self) -> bool:
        """The identity, drift included, in every row."""
        return all(row.balances for row in self.rows)

    def row(self, label: str) -> Row | None:
        """The row of one day, week or month."""
        return next((row for row in self.rows if row.label == label), None)


def drawn(rows: Sequence[Row], rates: Rates, *, as_of: datetime) -> Combined:
    """``rows`` of every currency told in one; those without any rate are named and left out."""
    currencies = sorted({row.currency for row in rows})
    if rates.into is None:
        return Combined(None, said=_unset(currencies))
    if set(currencies) <= {rates.into}:
        return Combined(rates.into)
    left_out = tuple(each for each in currencies if not rates.has(each))
    told: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.currency not in left_out:
            told[row.label].append(row)
    found = tuple(_row(told[label], rates, rates.into, as_of) for label in told)
    said = _said(currencies, left_out, rates, rates.into, _span(rows, as_of))
    return Combined(rates.into, found, left_out, said)


def _span(rows: Sequence[Row], as_of: datetime) -> Period:
    return Period(rows[0].cell.start, min(rows[-1].cell.end, as_of + GRAIN))


def _row(rows: list[Row], rates: Rates, into: str, as_of: datetime) -> Row:
    cell = rows[0].cell
    until = min(cell.end, as_of + GRAIN)
    first, last = cell.start - GRAIN, until - GRAIN
    changes = (_valued(c, rates, into) for row in rows for c in row.changes)
    return Row(
        label=rows[0].label,
        currency=into,
        start=_sum(row.start * rates.at(row.currency, first) for row in rows),
        end=_sum(row.end * rates.at(row.currency, last) for row in rows),
        changes=tuple(sorted(changes, key=lambda c: (c.at, c.person, c.movement))),
        payers_at_start=_once(row.payers_at_start for row in rows),
        payers=_once(row.payers for row in rows),
        cell=cell,
        fx=_sum(_drift(row, rates, Period(cell.start, until)) for row in rows),
    )


def _valued(change: Change, rates: Rates, into: str) -> Change:
    worth = rates.at(change.currency, change.at)
    return replace(change, currency=into, amount=change.amount * worth)


def _drift(row: Row, rates: Rates, within: Period) -> Fraction:
    """What was held at each midnight that brought another rate, times the difference."""
    drift, held, place = Fraction(0), row.start, 0
    for turn in rates.turns(row.currency, within):
        while place < len(row.changes) and row.changes[place].at < turn.at:
            change = row.changes[place]
            held += -change.amount if change.movement in DOWNWARD else change.amount
            place += 1
        drift += held * (turn.after - turn.before)
    return drift


def _sum(amounts: Iterable[Fraction]) -> Fraction:
    return sum(amounts, Fraction(0))


def _once(people: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({person for each in people for person in each}))


def _unset(currencies: list[str]) -> tuple[str, ...]:
    if len(currencies) < 2:
        return ()
    names = ", ".join(each.upper() for each in currencies)
    return (f"{names} stand apart. Set MATINEE_REPORT_CURRENCY to read them in one line as well.",)


def _said(
    currencies: list[str], left_out: tuple[str, ...], rates: Rates, into: str, within: Period
) -> tuple[str, ...]:
    """One sentence for each currency of which something is missing."""
    said: list[str] = []
    for currency in currencies:
        name = currency.upper()
        if currency in left_out:
            said.append(
                f"{name} has no rate to {into.upper()} and is left out of this line. "
                "Bring its rates with matinee rates import."
            )
        elif lacking := rates.lacking(currency, within):
            first = rates.first_day(currency)
            early = f"; those before {first} take its rate" if first and lacking[0] < first else ""
            days = "day takes" if len(lacking) == 1 else "days take"
            said.append(
                f"{name} to {into.upper()}: {len(lacking)} {days} the last rate known before, "
                f"having none of their own{early}."
            )
    return tuple(said)
