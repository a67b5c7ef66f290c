"""Three small services whose figures are worked out by hand."""

from __future__ import annotations

from reports.outcomes import Outcome
from reports.periods import By
from reports.rates import Rate
from reports.records import Record
from tests.reports.stories import (
    changed,
    disputed,
    drawn,
    ended,
    known,
    paid,
    refunded,
    trial,
)

# --- money that went back ---
#
# Six trials of 1 March, all charged on 31 March (day 30); as of 1 July all are old.
#   A stays. B is refunded in full on 30 April 11:00, exactly 30 days later. C an hour after that.
#   D gets half of it back. E loses a dispute opened on day 10, F wins one.


def given_back() -> list[Record]:
    charges = {name: paid(name, "03-31 11:00") for name in "ABCDEF"}
    return [
        *(trial(name, "03-01 10:00") for name in "ABCDEF"),
        *charges.values(),
        refunded(charges["B"], "04-30 11:00"),
        refunded(charges["C"], "04-30 12:00"),
        refunded(charges["D"], "04-05 11:00", 350),
        disputed(charges["E"], "04-10 11:00", "open"),
        disputed(charges["E"], "06-10 11:00", "lost"),
        disputed(charges["F"], "04-10 11:00", "open"),
        disputed(charges["F"], "06-10 11:00", "won"),
    ]


def test_a_conversion_is_kept_unless_all_of_it_goes_back_within_thirty_days() -> None:
    march = drawn(known(*given_back(), as_of="07-01 00:00")).total

    assert march.rate == Rate(6, 6)
    assert [t.id for t in march.kept] == ["A", "C", "D", "F"]


def test_a_dispute_takes_nothing_away_before_it_is_lost() -> None:
    march = drawn(known(*given_back(), as_of="06-01 00:00")).total

    assert [t.id for t in march.kept] == ["A", "C", "D", "E", "F"]


def test_a_decision_counts_even_if_it_bears_the_instant_of_the_dispute_itself() -> None:
    charge = paid("A", "03-31 11:00")
    both = [disputed(charge, "04-10 11:00", status) for status in ("open", "lost")]

    found = drawn(known(trial("A", "03-01 10:00"), charge, *both, as_of="07-01 00:00")).total

    assert (found.rate, found.kept_rate) == (Rate(1, 1), Rate(0, 1))


# --- a zone whose clocks change ---
#
# London goes from UTC to UTC+1 on 29 March 2026 at 01:00 UTC.
#   G starts 29 March 00:30 UTC = 29 March 00:30 local; H 29 March 23:30 UTC = 30 March 00:30 local;
#   I starts 28 March 23:59 UTC = 28 March 23:59 local. New York is UTC-4 throughout:
#   G is 28 March 20:30, H 29 March 19:30, I 28 March 19:59 there.
# G pays exactly 44 days of 24 hours after its start (12 May 00:30 UTC), H one second too late.


def clocks() -> list[Record]:
    return [
        trial("G", "03-29 00:30"),
        trial("H", "03-29 23:30"),
        trial("I", "03-28 23:59"),
        paid("G", "05-12 00:30:00"),
        paid("H", "05-12 23:30:01"),
    ]


def test_a_day_is_the_readers_day_on_both_sides_of_a_clock_change() -> None:
    found = known(*clocks(), as_of="06-30 00:00")

    def labels(zone: str) -> dict[str, str]:
        cohorts = drawn(found, zone=zone, by=By.DAY).cohorts
        return {t.id: cohort.label for cohort in cohorts for t in cohort.starts}

    assert labels("Europe/London") == {"I": "2026-03-28", "G": "2026-03-29", "H": "2026-03-30"}
    assert labels("America/New_York") == {
        "I": "2026-03-28",
        "G": "2026-03-28",
        "H": "2026-03-29",
    }


def test_elapsed_time_is_counted_in_seconds_and_not_in_days() -> None:
    total = drawn(known(*clocks(), as_of="06-30 00:00"), zone="Europe/London").total

    assert (total.rate, total.ever_rate) == (Rate(1, 3), Rate(2, 3))
    assert [t.id for t in total.converted] == ["G"]


def test_a_week_is_an_iso_week_of_the_readers_zone() -> None:
    # 29 March 2026 is a Sunday: London's H begins on the Monday of the next week
    found = known(*clocks(), as_of="06-30 00:00")

    weeks = {c.label: len(c.starts) for c in drawn(found, zone="Europe/London", by=By.WEEK).cohorts}

    assert weeks == {"2026-W13": 2, "2026-W14": 1}


# --- an open month ---
#
# Trials of April as of 20 May 12:00: J (1 April 12:00) is 49 days old and paid on 1 May; K
# (4 April 12:00) is 46 days old, left. L (10 April 12:00) is 40 days old and paid on 10 May:
# in neither part, but in "ever". M (12 April) is collecting until 26 May; N (21 April) runs until
# 21 May; O (20 April) was given free days and then an invoice of zero on 20 May 11:00.


def april() -> list[Record]:
    return [
        trial("J", "04-01 12:00"),
        paid("J", "05-01 13:00"),
        trial("K", "04-04 12:00"),
        changed("K", "04-20 12:00", "cancel set"),
        ended("K", "05-04 12:00", "voluntary"),
        trial("L", "04-10 12:00"),
        paid("L", "05-10 13:00"),
        trial("M", "04-12 12:00"),
        trial("N", "04-21 12:00"),
        trial("O", "04-20 11:00"),
        paid("O", "05-20 11:00", 0),
    ]


def test_an_open_month_shows_its_old_part_and_the_range_in_which_it_will_end() -> None:
    month = drawn(known(*april(), as_of="05-20 12:00")).cohorts[0]

    assert month.is_open
    assert (month.rate, month.ever_rate) == (Rate(1, 2), Rate(2, 6))
    # converted J and L; still possible M, N and O
    assert month.range == (2, 5, 6)
    assert {str(o): [t.id for t in each] for o, each in month.outcomes.items() if each} == {
        "running": ["N"],
        "collecting": ["M"],
        "comped": ["O"],
        "converted": ["J", "L"],
        "lost_voluntary": ["K"],
    }


def test_somebody_who_pays_after_the_horizon_counts_as_ever_converted_only() -> None:
    late = [*april(), paid("M", "05-27 12:00")]  # 45 days after its start
    month = drawn(known(*late, as_of="08-01 00:00")).cohorts[0]

    assert [t.id for t in month.converted] == ["J", "L"]
    assert [t.id for t in month.ever] == ["J", "L", "M"]
    assert month.outcomes[Outcome.CONVERTED] == month.ever
