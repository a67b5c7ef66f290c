"""What holds of every printed report, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import (
    charges,
    combined,
    credit,
    forecast,
    lifetime,
    movements,
    notice_coverage,
    origins,
    printed_charges,
    printed_origins,
    printed_paths,
    printed_trials,
    printed_watching,
    records,
    watching,
)
from reports.exchange import Rates
from reports.funnel import drawn as funnel_drawn
from reports.origins import Kind
from reports.outcomes import Outcome
from reports.periods import EVER
from reports.printed import Printed
from reports.questions import Money, cohorts
from reports.records import Record, Records
from tests.reports.test_properties import HORIZON, MOMENTS, histories, question

RATES = Rates(
    "gbp",
    {"usd": ((date(2026, 1, 20), Fraction(4, 5)), (date(2026, 3, 3), Fraction(7, 9)))},
)
Draw = Callable[[Records], Printed]


def _money(known: Records) -> Printed:
    asked = question(known.as_of)
    rows = movements.by_period(known, zone=asked.zone, by=asked.by)
    kept = lifetime.retention(known)
    realised = lifetime.realised(known, horizon=HORIZON)
    one = combined.drawn(rows, RATES, as_of=known.as_of)
    money = Money(rows, one, realised, kept, forecast.drawn(rows, kept))
    return printed_paths.revenue(asked, money)


REPORTS: dict[str, Draw] = {
    "outcomes": lambda known: printed_trials.outcomes(
        question(known.as_of), cohorts(known, question(known.as_of))
    ),
    "funnel": lambda known: printed_paths.funnel(
        question(known.as_of), funnel_drawn(known, within=EVER, horizon=HORIZON)
    ),
    "films": lambda known: printed_paths.films(
        question(known.as_of), credit.drawn(known, horizon=HORIZON)
    ),
    "origins": lambda known: printed_origins.origins(
        question(known.as_of), origins.drawn(known, horizon=HORIZON, within=EVER)
    ),
    "mrr": _money,
    "calendar": lambda known: printed_charges.calendar(
        question(known.as_of), charges.drawn(known, window=question(known.as_of).window)
    ),
    "watching": lambda known: printed_watching.watching(
        question(known.as_of), watching.drawn(known, within=EVER)
    ),
    "notices": lambda known: printed_trials.coverage(
        question(known.as_of), notice_coverage.drawn(known)
    ),
}


@pytest.mark.parametrize("name", REPORTS)
@given(facts=histories(), as_of=MOMENTS, chance=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_later_facts_their_order_and_their_repetition_change_no_byte(
    name: str, facts: list[Record], as_of: datetime, chance: Random
) -> None:
    before = [fact for fact in facts if fact.at <= as_of]
    mixed = facts * 2
    chance.shuffle(mixed)

    plain, other = (
        REPORTS[name](records.gathered(each, as_of=as_of)).json() for each in (before, mixed)
    )

    assert plain == other


@given(histories(), MOMENTS)
@settings(max_examples=60, deadline=None)
def test_each_kind_of_origin_sums_to_the_trials_and_its_lists_to_its_counts(
    facts: list[Record], as_of: datetime
) -> None:
    known = records.gathered(facts, as_of=as_of)
    found = origins.drawn(known, horizon=HORIZON, within=EVER)

    for kind in Kind:
        assert sum(len(row.starts) for row in found.of(kind)) == len(found.starts)
    for row in found.rows:
        assert len(row.people("began")) == row.start_rate.k <= len(row.people("came"))
        assert len(row.members("converted")) == row.rate.k <= len(row.members("ever"))


@given(histories(), MOMENTS)
@settings(max_examples=60, deadline=None)
def test_a_list_is_as_long_as_the_count_that_opens_it(facts: list[Record], as_of: datetime) -> None:
    known = records.gathered(facts, as_of=as_of)
    found = cohorts(known, question(as_of))

    for cohort in (*found.cohorts, found.total):
        row = printed_trials.cohort(cohort)
        counts = {
            "starts": row["starts"],
            "old": row["old"],
            "converted": row["rate"]["k"],
            "kept": row["kept"]["k"],
            "ever": row["ever"]["k"],
            "possible": row["range"][1],
            **{f"outcome:{each}": row["outcomes"][each] for each in Outcome},
        }
        assert {name: len(cohort.members(name)) for name in counts} == counts


@given(histories(), MOMENTS)
@settings(max_examples=40, deadline=None)
def test_another_zone_moves_charges_between_days_and_no_sum(
    facts: list[Record], as_of: datetime
) -> None:
    asked = question(as_of)
    found = charges.drawn(records.gathered(facts, as_of=as_of), window=asked.window)

    for zone in ("UTC", "Pacific/Kiritimati"):
        days = charges.days(found, question(as_of, zone).zone)
        assert sum(len(day.due) for day in days) == len(found.due)
        assert sum(day.expected for day in days) == charges.Day("all", found.due).expected


@given(histories(), MOMENTS)
@settings(max_examples=40, deadline=None)
def test_who_left_is_counted_under_one_cause(facts: list[Record], as_of: datetime) -> None:
    known = records.gathered(facts, as_of=as_of)
    asked = question(as_of)

    for row in movements.by_period(known, zone=asked.zone, by=asked.by):
        causes = row.churn_causes
        assert sum(map(len, causes.values())) == len(row.churned())
        assert all(row.members(f"cause:{cause}") == people for cause, people in causes.items())
        reasons = row.churn_reasons
        assert sum(map(len, reasons.values())) == len(row.churned(voluntary=True))
        assert all(row.members(f"reason:{why}") == people for why, people in reasons.items())
