"""What a payer may bring in all, worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from reports import forecast, identity, lifetime, movements
from reports.forecast import Forecast
from reports.movements import Row
from reports.periods import By
from reports.records import Paid, Record, Records
from tests.reports.stories import at, ended, known, trial


def history(people: int, *, leave: int) -> Records:
    """Trials of 1 January, converted on the 31st; of these ``leave`` go at the end of each of the
    next two months, and everybody else has paid for three."""
    facts: list[Record] = []
    for number in range(people):
        name = f"p{number}"
        facts.append(trial(name, "01-01 10:00"))
        months = 1 if number < leave else 2 if number < 2 * leave else 3
        for month in range(months):
            when = lifetime.later(at("01-31 11:00"), month)
            facts.append(
                Paid(
                    key=f"{name} {month}",
                    at=when,
                    person=name,
                    subscription=name,
                    gross_minor=600,
                    tax_minor=100,
                    currency="gbp",
                )
            )
        if months < 3:
            left = lifetime.later(at("01-31 11:00"), months) + timedelta(days=1)
            facts.append(ended(name, f"{left:%m-%d %H:%M}", "voluntary"))
    return known(*facts, as_of="05-01 00:00")


def drawn(records: Records) -> Forecast | None:
    rows = movements.by_period(records, zone=ZoneInfo("UTC"), by=By.MONTH)
    return forecast.drawn(rows, lifetime.retention(records))


def test_the_months_that_were_seen_count_and_the_others_shrink_as_the_last_one_did() -> None:
    # of 200 all paid for the first month, 180 for the second, 160 for the third: 8/9 of the second.
    # 1 + 9/10 + 8/10, and then 8/10 times 8/9, again and again, for the 33 months up to 36
    found = drawn(history(200, leave=20))

    assert found is not None
    rest = Fraction(8, 10) * sum((Fraction(8, 9) ** n for n in range(1, 34)), Fraction(0))
    assert round(float(found.months), 6) == round(float(Fraction(27, 10) + rest), 6)
    assert found.a_month == {"gbp": Fraction(500)}
    assert found.each == {"gbp": 500 * found.months}


def test_fewer_than_a_hundred_payers_or_three_months_give_no_forecast() -> None:
    young = history(200, leave=20)
    cut = tuple(lifetime.retention(young)[:2])
    rows = movements.by_period(young, zone=ZoneInfo("UTC"), by=By.MONTH)

    assert drawn(history(99, leave=0)) is None
    assert forecast.drawn(rows, cut) is None
    assert forecast.drawn((), lifetime.retention(young)) is None


def test_a_day_that_does_not_begin_where_the_last_one_ended_breaks_the_identity() -> None:
    def day(label: str, start: int, end: int) -> Row:
        return Row(label, "gbp", Fraction(start), Fraction(end), (), (), ())

    rows = (day("2026-01-01", 0, 0), day("2026-01-02", 0, 0), day("2026-01-03", 5, 5))

    assert [row.label for row in identity.broken(rows)] == ["2026-01-03"]
    assert [row.label for row in identity.broken((day("2026-01-04", 0, 1),))] == ["2026-01-04"]
