"""The rates of others on six trials, worked out by hand.

As of 30 July 00:00, so that the last 30 days begin after 30 June 00:00.
  A began 1 May, paid on 31 May, paid back in full on 5 July.
  B began 10 June, paid on 10 July.
  C began 12 June, set to cancel on 2 July, ended on 12 July.
  D began 15 July and runs.
  E began 5 June, ended on 5 July for want of a card, paid by another subscription on 20 July.
  F (the person of A) began 20 June a second trial, and paid for it on 20 July.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from reports import definitions
from reports.definitions import Definition
from reports.periods import By
from reports.records import Records
from tests.reports.stories import changed, drawn, ended, known, paid, refunded, trial


def six() -> Records:
    first = paid("A", "05-31 11:00")
    return known(
        trial("A", "05-01 10:00"),
        first,
        refunded(first, "07-05 10:00"),
        trial("B", "06-10 10:00"),
        paid("B", "07-10 11:00"),
        trial("C", "06-12 10:00"),
        changed("C", "07-02 10:00", "cancel set"),
        ended("C", "07-12 10:00", "voluntary"),
        trial("D", "07-15 10:00"),
        trial("E", "06-05 10:00"),
        ended("E", "07-05 10:00", "no_method"),
        paid("E", "07-20 10:00", subscription="another"),
        trial("F", "06-20 10:00", person="A"),
        paid("F", "07-20 11:00", person="A"),
        as_of="07-30 00:00",
    )


@pytest.mark.parametrize(
    ("definition", "cells"),
    [
        # B and F paid by the same subscription after a full trial; C gave up on 2 July
        (Definition.STRIPE, {"30 days to 2026-07-30T00:00:00Z": ("BF", "BCF")}),
        # B, E and F paid in the last 30 days, only D began in them
        (Definition.BAREMETRICS, {"30 days to 2026-07-30T00:00:00Z": ("BEF", "D")}),
        # May: A paid. July: B, E and F paid, C ended; E ended in July too, and counts once
        (Definition.CLEENG, {"2026-05": ("A", "A"), "2026-07": ("BEF", "BCEF")}),
        # one a customer, by the first trial: F is the customer of A
        (
            Definition.CHARTMOGUL,
            {"2026-05": ("A", "A"), "2026-06": ("BE", "BCE"), "2026-07": ("", "D")},
        ),
        # subscriptions: E was charged by another one, F is one of its own
        (
            Definition.RECURLY,
            {"2026-05": ("A", "A"), "2026-06": ("BF", "BCEF"), "2026-07": ("", "D")},
        ),
        # the refund takes A out again
        (
            Definition.REVENUECAT,
            {"2026-05": ("", "A"), "2026-06": ("BE", "BCE"), "2026-07": ("", "D")},
        ),
    ],
)
def test_each_definition_counts_the_same_trials_its_own_way(
    definition: Definition, cells: dict[str, tuple[str, str]]
) -> None:
    found = definitions.drawn(six(), definition, zone=ZoneInfo("UTC"), by=By.MONTH)

    def ids(cell: definitions.Cell) -> tuple[str, str]:
        upper, lower = (sorted(t.id for t in part) for part in (cell.above, cell.below))
        return "".join(upper), "".join(lower)

    assert {cell.label: ids(cell) for cell in found} == cells


def test_a_rate_dated_by_events_may_pass_all_and_then_has_no_interval() -> None:
    cell = definitions.drawn(six(), Definition.BAREMETRICS, zone=ZoneInfo("UTC"), by=By.MONTH)[0]

    assert (cell.rate.percent, cell.rate.interval) == ("300.0%", None)


def test_the_people_who_differ_from_ours_can_be_listed() -> None:
    found = six()
    ours = drawn(found).cohort("2026-06")
    theirs = definitions.drawn(found, Definition.RECURLY, zone=ZoneInfo("UTC"), by=By.MONTH)[1]

    # E, B and C are 44 days old on 30 July, of them B converted: E paid on day 45. Theirs has
    # the same three, with B above the line, and F, who is too young for ours and paid
    assert ours is not None
    assert [t.id for t in ours.old] == ["E", "B", "C"]
    assert [t.id for t in ours.converted] == ["B"]
    assert [t.id for t in theirs.differing(ours)] == ["F"]
