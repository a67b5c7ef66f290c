"""The four trials of the manual, to the digit."""

from __future__ import annotations

from reports.outcomes import Outcome
from reports.rates import DASH, Rate
from tests.reports.stories import changed, drawn, ended, known, outcome, paid, trial

FACTS = (
    trial("W1", "07-01 10:00"),
    trial("W2", "07-02 09:00"),
    trial("W3", "07-05 12:00"),
    trial("W4", "09-01 12:00"),
    paid("W1", "07-31 11:02"),
    paid("W3", "08-12 12:30"),
    changed("W2", "07-10 08:00", "cancel set"),
    ended("W2", "08-01 09:00", "voluntary"),
)


def test_july_has_two_conversions_of_three_old_trials() -> None:
    july = drawn(known(*FACTS, as_of="09-20 00:00")).cohorts[0]

    assert (july.label, len(july.starts), july.rate) == ("2026-07", 3, Rate(2, 3))
    assert july.range == (2, 2, 3)
    assert {o: len(each) for o, each in july.outcomes.items() if each} == {
        Outcome.CONVERTED: 2,
        Outcome.LOST_VOLUNTARY: 1,
    }


def test_the_interval_of_july_is_the_one_in_the_manual() -> None:
    low, high = drawn(known(*FACTS, as_of="09-20 00:00")).cohorts[0].rate.interval or (0, 0)

    assert (round(low, 4), round(high, 4)) == (0.2077, 0.9385)


def test_september_is_too_young_to_have_a_rate() -> None:
    september = drawn(known(*FACTS, as_of="09-20 00:00")).cohorts[1]

    assert (september.label, len(september.starts), september.rate) == ("2026-09", 1, Rate(0, 0))
    assert (september.rate.percent, september.rate.interval) == (DASH, None)
    assert september.range == (0, 1, 1)
    assert [t.id for t in september.outcomes[Outcome.RUNNING]] == ["W4"]


def test_a_declined_trial_is_collecting_from_its_end_until_it_pays() -> None:
    moments = ["08-04 11:59", "08-04 12:00", "08-12 12:29", "08-12 12:30"]

    assert [outcome(known(*FACTS, as_of=moment), "W3") for moment in moments] == [
        Outcome.RUNNING,
        Outcome.COLLECTING,
        Outcome.COLLECTING,
        Outcome.CONVERTED,
    ]


def test_the_median_wait_is_the_middle_of_the_two_conversions() -> None:
    # W1 waited 30 d 1 h 2 min, W3 38 d 30 min: the middle is 34 d 46 min
    total = drawn(known(*FACTS, as_of="09-20 00:00")).total

    assert total.days_to_convert == 34 + 46 / 1440


def test_the_curve_ends_at_the_rate_of_the_old_cohorts() -> None:
    curve = drawn(known(*FACTS, as_of="09-20 00:00")).curve

    # on day 18 the trial of September is old enough as well; W1 paid on day 31, W3 on day 39
    assert (curve[0], curve[18], curve[19], curve[31], curve[44]) == (
        Rate(0, 4),
        Rate(0, 4),
        Rate(0, 3),
        Rate(1, 3),
        Rate(2, 3),
    )


def test_a_trial_is_old_at_the_very_instant_at_which_its_horizon_ends() -> None:
    before, then = "08-14 09:59", "08-14 10:00"

    assert [len(drawn(known(*FACTS, as_of=day)).total.old) for day in (before, then)] == [0, 1]
