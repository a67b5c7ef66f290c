"""Revenue of all currencies in one line, worked out by hand, and its identity on any history.

A pays £10.00 a month from 10 January. C pays $20.00 from 20 January, $30.00 from 20 February, and
leaves on 10 March. A dollar is £0.80 from 15 January, £0.75 from 10 February, £0.90 from 5 March.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from reports import combined, movements, records
from reports.combined import Combined
from reports.exchange import Rates, worth_of
from reports.identity import broken
from reports.movements import Movement
from reports.periods import By
from reports.records import Record
from tests.reports.stories import at, ended, known, paid
from tests.reports.test_properties import MOMENTS, START, histories

FACTS: tuple[Record, ...] = (
    paid("A", "01-10 10:00", 1000),
    paid("C", "01-20 10:00", 2000, currency="usd"),
    paid("C", "02-20 10:00", 3000, currency="usd"),
    ended("C", "03-10 10:00", "voluntary"),
)
DOLLARS = (
    (date(2026, 1, 15), Fraction(80, 100)),
    (date(2026, 2, 10), Fraction(75, 100)),
    (date(2026, 3, 5), Fraction(90, 100)),
)


def drawn(
    *more: Record, rates: Rates, as_of: str = "03-20 00:00", zone: str = "UTC", by: By = By.MONTH
) -> Combined:
    found = known(*FACTS, *more, as_of=as_of)
    rows = movements.by_period(found, zone=ZoneInfo(zone), by=by)
    return combined.drawn(rows, rates, as_of=at(as_of))


def test_each_movement_has_the_rate_of_its_day_and_drift_stands_under_fx() -> None:
    found = drawn(rates=Rates("gbp", {"usd": DOLLARS}))

    told = [(row.label, row.start, *map(row.amount, Movement), row.end) for row in found.rows]
    assert told == [
        # label, start, new, reactivation, expansion, contraction, churn, fx, end
        ("2026-01", 0, 2600, 0, 0, 0, 0, 0, 2600),
        ("2026-02", 2600, 0, 0, 750, 0, 0, -100, 3250),
        ("2026-03", 3250, 0, 0, 0, 0, 2700, 450, 1000),
    ]
    assert found.balances
    assert [row.payers for row in found.rows] == [("A", "C"), ("A", "C"), ("A",)]


def test_a_rate_that_came_after_the_instant_of_the_report_changes_nothing_before_it() -> None:
    found = drawn(rates=Rates("gbp", {"usd": DOLLARS[:2]}), as_of="03-01 00:00")

    assert [(row.label, row.end) for row in found.rows][:2] == [
        ("2026-01", Fraction(2600)),
        ("2026-02", Fraction(3250)),
    ]


def test_a_currency_without_any_rate_is_named_and_left_out() -> None:
    yen = paid("E", "02-01 10:00", 1500, currency="jpy")
    found = drawn(yen, rates=Rates("gbp", {"usd": DOLLARS}))

    assert found.left_out == ("jpy",)
    assert found.said == (
        "JPY has no rate to GBP and is left out of this line. "
        "Bring its rates with matinee rates import.",
        "USD to GBP: 76 days take the last rate known before, having none of their own; "
        "those before 2026-01-15 take its rate.",
    )
    assert [row.end for row in found.rows] == [2600, 3250, 1000]
    assert "E" not in found.rows[1].payers


def test_a_currency_without_small_coins_is_reckoned_in_its_own_units() -> None:
    # 1,500 yen at £0.0053 are £7.95
    yen = paid("E", "02-01 10:00", 1500, currency="jpy")
    worth = worth_of(Fraction(53, 10000), "jpy", "gbp")
    rates = Rates("gbp", {"usd": DOLLARS, "jpy": ((date(2026, 1, 1), worth),)})

    assert drawn(yen, rates=rates).rows[-1].end == 1795


def test_one_currency_that_is_the_reports_own_needs_no_second_line() -> None:
    rows = movements.by_period(
        known(FACTS[0], as_of="03-20 00:00"), zone=ZoneInfo("UTC"), by=By.MONTH
    )

    assert combined.drawn(rows, Rates("gbp", {}), as_of=at("03-20 00:00")) == Combined("gbp")


def test_without_a_currency_of_reports_it_is_said_how_to_set_one() -> None:
    found = drawn(rates=Rates(None, {}))

    assert (found.rows, found.said) == (
        (),
        ("GBP, USD stand apart. Set MATINEE_REPORT_CURRENCY to read them in one line as well.",),
    )


RATES = st.lists(
    st.tuples(st.integers(0, 130), st.fractions(min_value=Fraction(1, 50), max_value=3)),
    min_size=1,
    max_size=12,
    unique_by=lambda known: known[0],
)


@given(
    histories(),
    MOMENTS,
    RATES,
    st.sampled_from(["gbp", "usd", "eur"]),
    st.sampled_from(["UTC", "America/St_Johns", "Pacific/Kiritimati"]),
    st.sampled_from(list(By)),
)
@settings(max_examples=60, deadline=None)
def test_the_line_of_all_currencies_balances_whatever_the_rates_did(
    facts: list[Record],
    as_of: datetime,
    days: list[tuple[int, Fraction]],
    into: str,
    zone: str,
    by: By,
) -> None:
    found = records.gathered(facts, as_of=as_of)
    rows = movements.by_period(found, zone=ZoneInfo(zone), by=by)
    first = START.astimezone(UTC).date() - timedelta(days=5)
    worths = tuple(sorted((first + timedelta(days=day), worth) for day, worth in days))
    rates = Rates(into, {each: worths for each in ("gbp", "usd") if each != into})

    one = combined.drawn(rows, rates, as_of=as_of)

    assert broken(one.rows) == []
    held = {row.currency: row.end for row in rows}
    if one.rows:
        assert one.rows[-1].end == sum(held[name] * rates.at(name, as_of) for name in held)
