"""The size of experiments and of their arms, against published figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reports import samples
from reports.samples import Split


@pytest.mark.parametrize(("base", "goal", "people"), [(40, 50, 6743), (420, 470, 1547)])
def test_an_experiment_needs_so_many_people_an_arm_for_a_power_of_eighty_percent(
    base: int, goal: int, people: int
) -> None:
    assert samples.planned(Fraction(base, 1000), Fraction(goal, 1000)) == people


def test_a_split_that_is_odd_is_warned_of() -> None:
    found = Split(5050, 4750)

    assert (round(float(found.chi_square), 2), round(found.p, 4)) == (9.18, 0.0024)
    assert (found.is_odd, found.is_alarming) == (True, False)


def test_a_split_that_an_honest_draw_hardly_makes_raises_an_alarm() -> None:
    # 200² / 3,600 = 11.11; the 0.1 % point of chi-square with one degree of freedom is 10.828
    assert [Split(1900, 1700).is_alarming, Split(1894, 1706).is_alarming] == [True, False]


def test_nobody_is_no_odd_split() -> None:
    assert (Split(0, 0).p, Split(0, 0).is_odd) == (1.0, False)
