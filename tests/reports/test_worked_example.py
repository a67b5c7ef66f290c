"""The four trials of the manual, to the digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reports import conversion, outcomes, records, trials
from reports.outcomes import Outcome
from reports.periods import By
from reports.rates import Rate
from reports.records import Ended, Paid, Record, TrialChanged, TrialStarted

AS_OF = datetime(2026, 9, 20, tzinfo=UTC)
WINDOW = timedelta(days=14)
HORIZON = timedelta(days=44)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def trial(name: str, started: datetime) -> TrialStarted:
    ends = started + timedelta(days=30)
    return TrialStarted(
        key=name, at=started, person=name, subscription=name, trial_ends_at=ends, charge_at=ends
    )


def paid(name: str, when: datetime) -> Paid:
    return Paid(
        key=f"in_{name}",
        at=when,
        person=name,
        subscription=name,
        gross_minor=699,
        tax_minor=0,
        currency="gbp",
    )


FACTS: list[Record] = [
    trial("W1", at(7, 1, 10)),
    trial("W2", at(7, 2, 9)),
    trial("W3", at(7, 5, 12)),
    trial("W4", at(9, 1, 12)),
    paid("W1", at(7, 31, 11, 2)),
    paid("W3", at(8, 12, 12, 30)),
    TrialChanged(
        key="c", at=at(7, 10, 8), person="W2", subscription="W2", change="cancel set"
    ),
    Ended(key="e", at=at(8, 1, 9), person="W2", subscription="W2", cause="voluntary"),
]


def drawn(as_of: datetime = AS_OF) -> conversion.Conversion:
    return conversion.drawn(
        records.gathered(FACTS, as_of=as_of),
        zone=ZoneInfo("UTC"),
        by=By.MONTH,
        horizon=HORIZON,
        window=WINDOW,
    )


def test_july_has_two_conversions_of_three_old_trials() -> None:
    july = drawn().cohorts[0]

    assert (july.label, len(july.starts), july.rate) == ("2026-07", 3, Rate(2, 3))
    assert july.range == (2, 2, 3)
    assert {o: len(each) for o, each in july.outcomes.items() if each} == {
        Outcome.CONVERTED: 2,
        Outcome.LOST_VOLUNTARY: 1,
    }


def test_the_interval_of_july_is_the_one_in_the_manual() -> None:
    low, high = drawn().cohorts[0].rate.interval or (0, 0)

    assert (round(low, 4), round(high, 4)) == (0.2077, 0.9385)


def test_september_is_too_young_to_have_a_rate() -> None:
    september = drawn().cohorts[1]

    assert (september.label, len(september.starts), september.rate) == ("2026-09", 1, Rate(0, 0))
    assert (september.rate.percent, september.rate.interval) == ("\N{EN DASH}", None)
    assert september.range == (0, 1, 1)
    assert [t.id for t in september.outcomes[Outcome.RUNNING]] == ["W4"]


def test_a_declined_trial_is_collecting_from_its_end_until_it_pays() -> None:
    def state(as_of: datetime) -> Outcome:
        known = records.gathered(FACTS, as_of=as_of)
        found = next(t for t in trials.counted(known) if t.id == "W3")
        return outcomes.of(found, as_of=as_of, window=WINDOW)

    moments = [at(8, 4, 11, 59), at(8, 4, 12), at(8, 12, 12, 29), at(8, 12, 12, 30)]
    assert [state(moment) for moment in moments] == [
        Outcome.RUNNING,
        Outcome.COLLECTING,
        Outcome.COLLECTING,
        Outcome.CONVERTED,
    ]


def test_the_median_wait_is_the_middle_of_thirty_days_and_thirty_eight() -> None:
    # 30 d 1 h 2 min and 38 d 30 min: the middle is 34 d 46 min
    assert drawn().total.days_to_convert == 34 + 46 / 1440


def test_the_curve_ends_at_the_rate_of_the_cohort() -> None:
    curve = drawn().curve

    # at day 18 even the trial of September is old enough; at day 44 the three of July are
    assert (curve[0], curve[18], curve[31], curve[44]) == (
        Rate(0, 4),
        Rate(0, 4),
        Rate(1, 3),
        Rate(2, 3),
    )
