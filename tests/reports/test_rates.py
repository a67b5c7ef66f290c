"""The arithmetic of rates, against figures worked out elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reports import rates
from reports.rates import Rate


def test_the_wilson_interval_of_two_in_three_is_the_one_in_the_manual() -> None:
    assert [round(edge, 4) for edge in rates.wilson(2, 3)] == [0.2077, 0.9385]


def test_nobody_and_everybody_have_intervals_inside_nothing_and_all() -> None:
    # z² / (n + z²) with z² = 3.8415 and n = 10
    assert [round(edge, 4) for edge in rates.wilson(0, 10)] == [0.0, 0.2775]
    assert [round(edge, 4) for edge in rates.wilson(10, 10)] == [0.7225, 1.0]


def test_the_gap_of_two_rates_has_newcombes_interval() -> None:
    found = rates.newcombe(Rate(56, 70), Rate(48, 80))

    assert [round(edge, 4) for edge in found] == [0.2000, 0.0524, 0.3339]


@pytest.mark.parametrize(
    ("k", "n", "printed"),
    [
        (2, 3, "66.7%"),
        (1, 2000, "0.0%"),  # 0.05 lies between 0.0 and 0.1: to the even one
        (3, 2000, "0.2%"),  # 0.15 lies between 0.1 and 0.2: to the even one
        (1, 1, "100.0%"),
        (219, 100, "219.0%"),
    ],
)
def test_a_percentage_has_one_decimal_and_a_half_goes_to_the_even_digit(
    k: int, n: int, printed: str
) -> None:
    assert Rate(k, n).percent == printed


def test_a_rate_of_nobody_is_a_dash_without_an_interval() -> None:
    assert (Rate(0, 0).percent, Rate(0, 0).interval) == (rates.DASH, None)


def test_a_film_is_ranked_by_its_rate_drawn_to_the_overall_one() -> None:
    # 3 of 4 beside an overall 2/5: (3 + 20 * 2/5) / 24 = 11/24
    assert rates.shrunk(Rate(3, 4), Rate(40, 100)) == Fraction(11, 24)


def test_a_film_without_trials_is_ranked_as_the_average() -> None:
    assert rates.shrunk(Rate(0, 0), Rate(40, 100)) == Fraction(2, 5)
