"""Whole histories, every figure worked out by hand, each about something that reports get wrong.

The other sets stand beside their subjects: a day's shift between zones, and money that goes back
inside or after thirty days, in ``test_conversion.py``; yearly prices in two currencies in
``test_revenue.py``; staff and merged people in ``test_reading.py``.
"""

from __future__ import annotations

from reports import lifetime, movements, periods
from reports.conversion import Cohort
from reports.movements import Movement
from reports.outcomes import Outcome
from reports.periods import By
from reports.rates import Rate
from reports.records import Records
from tests.reports.stories import (
    HORIZON,
    changed,
    disputed,
    drawn,
    ended,
    known,
    paid,
    refunded,
    states,
    trial,
)


def total(found: Records) -> Cohort:
    return drawn(found).total


def test_second_trials_are_trials_of_their_own_once_the_first_is_over() -> None:
    # Ada leaves a trial of June and begins another in September, which she pays for; of two that
    # Ben begins in one week only the first is one; Cleo returns by a subscription without a trial
    found = known(
        trial("a1", "06-01 10:00", person="ada"),
        ended("a1", "07-01 10:00", "voluntary", person="ada"),
        trial("a2", "09-01 10:00", person="ada"),
        paid("a2", "10-01 11:00", person="ada"),
        trial("b1", "06-03 10:00", person="ben"),
        trial("b2", "06-05 10:00", person="ben"),
        ended("b1", "07-03 10:00", "voluntary", person="ben"),
        trial("c1", "06-04 10:00", person="cleo"),
        ended("c1", "07-04 10:00", "voluntary", person="cleo"),
        paid("c2", "08-20 10:00", person="cleo"),
        as_of="12-01 00:00",
    )

    # Ada's first trial has converted by now, through her second; not inside its 44 days, and
    # neither has Cleo's, who came back after 77
    cohorts = {cohort.label: cohort for cohort in drawn(found).cohorts}
    june, september = cohorts["2026-06"], cohorts["2026-09"]
    assert (june.rate, june.ever_rate, september.rate) == (Rate(0, 3), Rate(2, 3), Rate(1, 1))
    assert states(found) == {
        "a1": Outcome.CONVERTED,
        "a2": Outcome.CONVERTED,
        "b1": Outcome.LOST_VOLUNTARY,
        "c1": Outcome.CONVERTED,
    }


def test_a_moved_end_moves_the_outcome_and_never_the_horizon() -> None:
    # W's end is moved by 14 days and it pays on day 44, an hour inside the horizon; X's by 15, and
    # it pays on day 45; Y's trial is ended early and paid at once; Z's is moved and still runs
    found = known(
        trial("W", "07-01 10:00"),
        changed("W", "07-20 10:00", "extended", "08-14 09:00"),
        paid("W", "08-14 09:00"),
        trial("X", "07-01 10:00"),
        changed("X", "07-20 10:00", "extended", "08-15 10:00"),
        paid("X", "08-15 10:30"),
        trial("Y", "07-01 10:00"),
        changed("Y", "07-05 10:00", "ended early", "07-05 10:00"),
        paid("Y", "07-05 10:01"),
        trial("Z", "07-01 10:00"),
        changed("Z", "07-20 10:00", "extended", "09-30 10:00"),
        as_of="09-20 00:00",
    )

    cohort = total(found)
    assert (cohort.rate, cohort.ever_rate, cohort.range) == (Rate(2, 4), Rate(3, 4), (3, 4, 4))
    # Y after 4 days and a minute, W after 43 and 23 hours, X after 45 and a half: the middle is W
    assert cohort.days_to_convert == 44 - 1 / 24
    assert states(found)["Z"] is Outcome.RUNNING


def test_whoever_returns_late_is_a_reactivation_and_heals_no_month_in_between() -> None:
    # paid 31 July and 31 August; gone from 30 September; back on 15 November
    found = known(
        trial("A", "07-01 10:00"),
        paid("A", "07-31 11:00"),
        paid("A", "08-31 11:00"),
        ended("A", "09-30 11:00", "payment"),
        paid("A", "11-15 11:00", subscription="A again"),
        as_of="12-31 12:00",
    )

    rows = {
        row.label: row for row in movements.by_period(found, zone=periods.zone("UTC"), by=By.MONTH)
    }
    assert rows["2026-09"].churn_causes == {"payment": ("A",)}
    assert rows["2026-10"].start == rows["2026-10"].end == 0
    assert rows["2026-11"].amount(Movement.REACTIVATION) == 699
    # months end on 31 August, 30 September, 31 October, 30 November: paid, paid, not, paid again
    kept = [month.rate for month in lifetime.retention(found)[:4]]
    assert kept == [Rate(1, 1), Rate(1, 1), Rate(0, 1), Rate(1, 1)]


def test_money_that_is_nothing_or_goes_back_is_told_from_money_that_stays() -> None:
    # of five conversions on 31 July: A keeps; B gets all back on day 30, C an instant later, D a
    # part at once; E's dispute is lost, F's won; G was never charged more than nothing
    payments = {name: paid(name, "07-31 11:00") for name in "ABCDEF"}
    found = known(
        *(trial(name, "07-01 10:00") for name in "ABCDEFG"),
        *payments.values(),
        paid("G", "07-31 11:00", 0),
        refunded(payments["B"], "08-30 11:00"),
        refunded(payments["C"], "08-30 11:00:01"),
        refunded(payments["D"], "08-01 11:00", 300),
        disputed(payments["E"], "08-05 11:00", "lost"),
        disputed(payments["F"], "08-05 11:00", "won"),
        as_of="09-20 00:00",
    )

    cohort = total(found)
    assert (cohort.rate, cohort.kept_rate) == (Rate(6, 7), Rate(4, 7))
    assert [trial.id for trial in cohort.kept] == ["A", "C", "D", "F"]
    assert states(found)["G"] is Outcome.COMPED
    # 3 * 6.99 are left of A, F and, D's 3.00 less, D; C's money went back as well
    realised = lifetime.realised(found, horizon=HORIZON)
    assert (realised.minor, len(realised.trials)) == ({"gbp": 3 * 699 - 300}, 7)


def test_a_year_a_month_and_two_currencies_stand_apart_to_the_digit() -> None:
    # a year at 69.00 with 11.50 tax is 57.50, 4 and 19/24 a month; in dollars 9.99 a month
    found = known(
        trial("Y", "07-01 10:00", interval="year"),
        paid("Y", "07-31 11:00", 6900, tax_minor=1150, interval="year"),
        trial("D", "07-02 10:00"),
        paid("D", "08-01 11:00", 999, currency="usd"),
        ended("D", "09-01 11:00", "voluntary"),
        as_of="09-20 00:00",
    )

    rows = movements.by_period(found, zone=periods.zone("UTC"), by=By.MONTH)
    ends = {(row.label, row.currency): str(row.end) for row in rows}
    assert ends == {
        ("2026-07", "gbp"): "2875/6",
        ("2026-07", "usd"): "0",
        ("2026-08", "gbp"): "2875/6",
        ("2026-08", "usd"): "999",
        ("2026-09", "gbp"): "2875/6",
        ("2026-09", "usd"): "0",
    }
    september = next(row for row in rows if (row.label, row.currency) == ("2026-09", "usd"))
    assert september.churn_rate == Rate(1, 1)
