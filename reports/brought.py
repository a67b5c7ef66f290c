"""What each trial of a person brought, and which months after its conversion were paid for.

Money is taken whole, that of later turns as well: a report counts what came inside a horizon, or
before a month's end, and asks only of those that are over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from reports import lifetime
from reports.records import Paid, Record, Records, when
from reports.returned import Returned
from reports.spans import GRAIN
from reports.trials import Trial

Row = dict[str, object]


def payments(found: Iterable[Record]) -> list[Paid]:
    """Every payment once, in the order of time."""
    once = {record.key: record for record in found if isinstance(record, Paid)}
    return sorted(once.values(), key=lambda paid: (paid.at, paid.key))


class Money:
    """The payments of a person, by the latest trial before each, less what ``known`` says went
    back."""

    def __init__(self, known: Records, paid: Sequence[Paid], begun: Sequence[Trial]) -> None:
        self._paid = paid
        self._returned = Returned(known)
        self._starts = [trial.start for trial in begun]

    def of(self, trial: Trial) -> Row:
        """The columns of ``trial_story`` that tell of money."""
        own = [paid for paid in self._paid if self._place(paid) == self._of(trial)]
        return {
            "brought_us": [(paid.at - trial.started_at) // GRAIN for paid in own],
            "brought_minor": [self._returned.left_of(paid) for paid in own],
            "brought_currency": [paid.currency for paid in own],
            "paid_months": self._months(trial),
        }

    def _place(self, paid: Paid) -> int:
        return bisect_right(self._starts, paid.at, key=when) - 1

    def _of(self, trial: Trial) -> int | None:
        return self._starts.index(trial.start) if trial.start in self._starts else None

    def _months(self, trial: Trial) -> int:
        """A bit for each month after the conversion at whose end a payment reached further."""
        if trial.conversion is None:
            return 0
        since = trial.conversion.at
        ends = [lifetime.later(since, number + 1) for number in range(lifetime.MONTHS_TOLD)]
        money = [paid for paid in self._paid if paid.is_money]
        kept = (any(lifetime.covers(paid, end) for paid in money) for end in ends)
        return sum(1 << number for number, is_kept in enumerate(kept) if is_kept)
