"""What trials have brought, and who went on paying, worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from reports import lifetime
from reports.rates import Rate
from reports.records import Record
from tests.reports.stories import HORIZON, at, disputed, known, paid, refunded, trial


def test_a_trial_brings_what_was_kept_inside_its_horizon() -> None:
    # A: 6.99 less 1.16 tax, of which 1.00 went back long after. B lost a dispute. C paid on day 45.
    # D is too young. E brought nothing.
    first = paid("A", "03-31 11:00", 699, tax_minor=116)
    lost = paid("B", "03-31 11:00")
    facts: list[Record] = [
        *(trial(name, "03-01 10:00") for name in "ABCE"),
        trial("D", "06-01 10:00"),
        first,
        refunded(first, "06-20 11:00", 100),
        lost,
        disputed(lost, "05-20 11:00", "lost"),
        paid("C", "04-15 10:00"),
        paid("D", "06-20 10:00"),
    ]

    found = lifetime.realised(known(*facts, as_of="07-01 00:00"), horizon=HORIZON)

    assert ([t.id for t in found.trials], found.minor) == (["A", "B", "C", "E"], {"gbp": 483})
    assert found.each("gbp") == Fraction(483, 4)


def test_money_belongs_to_the_latest_trial_before_it() -> None:
    facts = (
        trial("A", "01-01 10:00"),
        trial("A2", "02-10 10:00", person="A", days=7),
        paid("A", "02-12 10:00"),
    )

    found = lifetime.realised(known(*facts, as_of="02-20 00:00"), horizon=timedelta(days=44))

    # the second trial is ten days old: its money is not the first one's
    assert ([t.id for t in found.trials], found.minor) == (["A"], {})


def test_a_month_is_kept_by_whoever_had_paid_for_it() -> None:
    # from 31 January: A paid each month, the third time ten days late; B paid once; C a year
    facts = (
        *(trial(name, "01-01 10:00") for name in "ABC"),
        paid("A", "01-31 11:00"),
        paid("A", "02-28 11:00"),
        paid("A", "04-10 11:00"),
        paid("B", "01-31 11:00"),
        paid("C", "01-31 11:00", 9990, interval="year"),
    )

    found = lifetime.retention(known(*facts, as_of="05-10 00:00"))

    assert tuple(month.rate for month in found[:4]) == (
        Rate(3, 3),
        Rate(2, 3),
        Rate(2, 3),
        Rate(0, 0),
    )


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("01-31 10:00", 1, "02-28 10:00"),
        ("01-15 10:00", 3, "04-15 10:00"),
        ("03-31 10:00", 1, "04-30 10:00"),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_one(start: str, months: int, end: str) -> None:
    assert lifetime.later(at(start), months) == at(end)
