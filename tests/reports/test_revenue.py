"""Monthly recurring revenue and its movements, worked out by hand.

A pays 6.99 a month from 10 January, of which 1.16 is tax: 5.83; leaves on 10 March,
  and comes back on 5 April.
B pays 99.90 a year from 15 January: 832.5 pence a month.
C pays 8.00 dollars a month from 20 January, and from 1 March 10.00 by the same subscription.
D has two subscriptions of 6.00 and 4.00; the second ends on 12 March.
"""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from reports import movements, periods, revenue
from reports.movements import Movement
from reports.periods import By
from reports.rates import Rate
from reports.records import Record, Records
from tests.reports.stories import at, ended, known, paid, paused, trial

FACTS: tuple[Record, ...] = (
    trial("A", "01-01 10:00"),
    paid("A", "01-10 10:00", 699, tax_minor=116),
    paid("A", "02-10 10:00", 699, tax_minor=116),
    ended("A", "03-10 10:00", "voluntary"),
    paid("A", "04-05 10:00", 699, tax_minor=116, subscription="A2"),
    paid("B", "01-15 10:00", 9990, interval="year"),
    paid("C", "01-20 10:00", 800, currency="usd"),
    paid("C", "03-01 00:00", 1000, currency="usd"),
    paid("D", "02-01 10:00", 600),
    paid("D", "02-02 10:00", 400, subscription="D2"),
    ended("D", "03-12 10:00", "voluntary", subscription="D2"),
)


def facts(as_of: str = "04-20 00:00") -> Records:
    return known(*FACTS, as_of=as_of)


def test_a_year_is_brought_to_a_month_exactly_and_tax_is_no_revenue() -> None:
    assert revenue.at(facts(), at("01-31 00:00")) == {
        "gbp": {"A": Fraction(583), "B": Fraction(1665, 2)},
        "usd": {"C": Fraction(800)},
    }


def test_a_week_and_a_quarter_are_brought_to_a_month_exactly() -> None:
    weekly = paid("W", "01-10 10:00", 300, interval="week")
    quarterly = paid("Q", "01-10 10:00", 1000, interval="quarter")

    assert [revenue.monthly(each) for each in (weekly, quarterly)] == [
        Fraction(1300),
        Fraction(1000, 3),
    ]


def test_an_invoice_of_zero_brings_no_revenue() -> None:
    found = known(paid("Z", "01-10 10:00", 0), as_of="02-01 00:00")

    assert revenue.at(found, at("02-01 00:00")) == {}


def test_revenue_counts_until_access_ends() -> None:
    pounds = [revenue.at(facts(), at(moment))["gbp"] for moment in ("03-10 09:59", "03-10 10:00")]

    assert ["A" in payers for payers in pounds] == [True, False]


def test_a_discount_that_ends_does_not_move_revenue_where_the_price_is_known() -> None:
    cheap = paid("A", "01-10 10:00", 300, price_minor=699)

    assert revenue.monthly(cheap) == 699


def test_each_movement_has_its_name() -> None:
    found = [
        (f"{change.at:%m-%d}", change.person, change.movement, change.amount)
        for change in movements.changes(facts())
    ]

    assert found == [
        ("01-10", "A", Movement.NEW, Fraction(583)),
        ("01-15", "B", Movement.NEW, Fraction(1665, 2)),
        ("01-20", "C", Movement.NEW, Fraction(800)),
        ("02-01", "D", Movement.NEW, Fraction(600)),
        ("02-02", "D", Movement.EXPANSION, Fraction(400)),
        ("03-01", "C", Movement.EXPANSION, Fraction(200)),
        ("03-10", "A", Movement.CHURN, Fraction(583)),
        ("03-12", "D", Movement.CONTRACTION, Fraction(400)),
        ("04-05", "A", Movement.REACTIVATION, Fraction(583)),
    ]


def test_every_month_balances_in_every_currency() -> None:
    rows = movements.by_period(facts(), zone=ZoneInfo("UTC"), by=By.MONTH)

    assert all(row.balances for row in rows)
    assert [(row.label, row.start, row.end) for row in rows if row.currency == "gbp"] == [
        ("2026-01", 0, Fraction(2831, 2)),
        ("2026-02", Fraction(2831, 2), Fraction(4831, 2)),
        ("2026-03", Fraction(4831, 2), Fraction(2865, 2)),
        ("2026-04", Fraction(2865, 2), Fraction(4031, 2)),
    ]


def test_a_movement_at_midnight_belongs_to_the_month_that_begins() -> None:
    rows = movements.by_period(facts(), zone=ZoneInfo("UTC"), by=By.MONTH)

    dollars = {row.label: (row.end, row.members("expansion")) for row in rows[1::2]}

    assert dollars["2026-02"] == (Fraction(800), ())
    assert dollars["2026-03"] == (Fraction(1000), ("C",))


def test_whoever_stops_paying_is_counted_against_those_who_paid_at_the_start() -> None:
    rows = movements.by_period(facts(), zone=ZoneInfo("UTC"), by=By.MONTH)
    march = next(row for row in rows if (row.label, row.currency) == ("2026-03", "gbp"))

    # A, B and D paid on 1 March; A left, D only gave up one of two
    assert march.churn_rate == Rate(1, 3)
    assert (march.churned(voluntary=True), march.churned(voluntary=False)) == (("A",), ())


def test_a_period_keeps_the_months_that_it_touches_and_their_first_figures() -> None:
    asked = periods.days(periods.day("2026-02-20"), periods.day("2026-03-02"), ZoneInfo("UTC"))

    every = movements.by_period(facts(), zone=ZoneInfo("UTC"), by=By.MONTH)
    some = movements.by_period(facts(), zone=ZoneInfo("UTC"), by=By.MONTH, within=asked)

    assert some == tuple(row for row in every if row.label in ("2026-02", "2026-03"))


def test_whoever_left_by_choice_stands_under_what_they_ticked() -> None:
    # given three who left by choice, one of them twice, and one who could not pay
    people = [paid(name, "01-10 10:00") for name in "ABCD"]
    back = paid("A", "02-05 10:00", subscription="A2")
    ends = [
        ended("A", "02-01 10:00", "voluntary", reason="price"),
        ended("A", "02-09 10:00", "voluntary", reason="films", subscription="A2"),
        ended("B", "02-02 10:00", "voluntary", reason="films"),
        ended("C", "02-03 10:00", "voluntary"),
        ended("D", "02-04 10:00", "payment", reason="films"),
    ]
    found = known(*people, back, *ends, as_of="03-01 00:00")

    # when February is read
    rows = movements.by_period(found, zone=ZoneInfo("UTC"), by=By.MONTH)
    february = next(row for row in rows if row.label == "2026-02")

    # then the reasons sum to those who left by choice, and each opens its list
    assert february.churn_reasons == {"films": ("A", "B"), "none": ("C",)}
    assert february.churned(voluntary=True) == ("A", "B", "C")
    assert february.members("reason:films") == ("A", "B")


def test_a_pause_brings_nothing_from_the_end_of_what_was_paid_to_the_next_money() -> None:
    # given somebody who pays, pauses for a month and pays again
    found = known(
        paid("A", "01-10 10:00"),
        paused("A", "02-10 10:00"),
        paid("A", "03-10 10:00"),
        as_of="04-01 00:00",
    )

    # then the pause is a going by choice and a coming back
    moments = ("02-10 09:59", "02-10 10:00", "03-10 10:00")
    assert [revenue.at(found, at(moment)) for moment in moments] == [
        {"gbp": {"A": Fraction(699)}},
        {},
        {"gbp": {"A": Fraction(699)}},
    ]
    rows = movements.by_period(found, zone=ZoneInfo("UTC"), by=By.MONTH)
    assert [row.label for row in rows if row.churn_causes == {"pause": ("A",)}] == ["2026-02"]
    assert [row.label for row in rows if row.amount(Movement.REACTIVATION) == 699] == ["2026-03"]
    assert rows[1].churned(voluntary=True) == ("A",)
    assert all(row.balances for row in rows)


def test_a_cheaper_plan_whose_invoice_is_covered_by_credit_is_the_price_from_then_on() -> None:
    # given a year at 69.00, changed on 20 January for a month at 6.99, which the credit covers
    found = known(
        paid("A", "01-10 10:00", 6900, interval="year", price_minor=6900),
        paid("A", "01-20 10:00", -6201, price_minor=699),
        paid("A", "02-20 10:00", 0, price_minor=699),
        as_of="03-01 00:00",
    )

    # then it comes to 5.75 before it and to 6.99 after
    moments = ("01-19 00:00", "01-20 10:00", "02-28 00:00")
    assert [revenue.at(found, at(moment))["gbp"]["A"] for moment in moments] == [575, 699, 699]
    assert [(change.movement, change.amount) for change in movements.changes(found)] == [
        (Movement.NEW, Fraction(575)),
        (Movement.EXPANSION, Fraction(124)),
    ]
