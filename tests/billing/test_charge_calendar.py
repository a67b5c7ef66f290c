"""The days and sums that are shown before anybody agrees."""

from datetime import UTC, datetime, timedelta

import pytest

from billing import charge_calendar
from billing.charge_calendar import Charge, Discount

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST = START + timedelta(days=30)


def day(year, month, number):
    return datetime(year, month, number, tzinfo=UTC)


def sums(discount, **over):
    given = {"starts_at": START, "charge_at": FIRST, "discount": discount, **over}
    return [one.amount_minor for one in charge_calendar.charges(699, "month", **given)]


def test_charges_fall_on_the_same_day_of_every_month():
    assert charge_calendar.charges(699, "month", starts_at=START, charge_at=FIRST, count=2) == [
        Charge(FIRST, 699),
        Charge(datetime(2027, 1, 22, 12, tzinfo=UTC), 699),
    ]


@pytest.mark.parametrize(
    ("start", "interval", "after"),
    [
        (day(2027, 1, 31), "month", day(2027, 2, 28)),
        (day(2028, 1, 31), "month", day(2028, 2, 29)),
        (day(2026, 12, 15), "month", day(2027, 1, 15)),
        (day(2028, 2, 29), "year", day(2029, 2, 28)),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(start, interval, after):
    assert charge_calendar.after(start, interval, 1) == after


def test_a_short_month_is_followed_by_the_day_on_which_periods_turn():
    ends = day(2027, 2, 28)
    assert charge_calendar.after(ends, "month", 1, day=30) == day(2027, 3, 30)
    assert charge_calendar.after(ends, "month", 2, day=31) == day(2027, 4, 30)


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        (None, [699, 699, 699, 699]),
        (Discount("p", "A", "once", percent=50), [349, 699, 699, 699]),
        (Discount("p", "A", "forever", percent=100), [0, 0, 0, 0]),
        (Discount("p", "A", "forever", amount_minor=200, currency="gbp"), [499] * 4),
        (Discount("p", "A", "repeating", amount_minor=900, months=2), [0, 699, 699, 699]),
        (Discount("p", "A", "repeating", percent=10, months=3), [629, 629, 699, 699]),
    ],
)
def test_a_code_takes_off_what_it_says_for_as_long_as_it_says(discount, expected):
    assert sums(discount) == expected


def test_one_month_is_the_first_month():
    lasting = [Discount("p", "A", "repeating", percent=50, months=months) for months in (1, 3)]

    assert [one.words for one in lasting] == [
        "50% off the first month",
        "50% off the first 3 months",
    ]


@pytest.mark.parametrize(
    ("discount", "interval", "early"),
    [
        (Discount("p", "A", "once", percent=50), "month", 1),
        (Discount("p", "A", "once", percent=0.01), "month", 0),
        (Discount("p", "A", "forever", percent=50), "month", 0),
        (Discount("p", "A", "repeating", percent=50, months=1), "month", 1),
        (Discount("p", "A", "repeating", percent=50, months=12), "month", 12),
        (Discount("p", "A", "repeating", percent=50, months=3), "year", 1),
        (Discount("p", "A", "repeating", percent=50, months=13), "year", 2),
    ],
)
def test_the_payments_before_the_price_that_stays_are_counted(discount, interval, early):
    found = charge_calendar.early_payments(
        699, interval, starts_at=START, charge_at=START, discount=discount
    )

    assert found == early


def test_only_a_code_for_ever_changes_the_price_that_lasts():
    codes = [
        Discount("promo_1", "CODE", duration, percent=20, months=3)
        for duration in ("once", "repeating", "forever")
    ]

    assert [charge_calendar.lasting(699, code) for code in (None, *codes)] == [699, 699, 699, 559]
