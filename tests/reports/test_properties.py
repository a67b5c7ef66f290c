"""What holds of every history, whatever happened in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from reports import credit, movements, printed_trials, records
from reports.funnel import drawn as funnel_drawn
from reports.periods import EVER, By
from reports.questions import Question, cohorts
from reports.records import (
    CheckoutOpened,
    Disputed,
    Ended,
    OfferClicked,
    Paid,
    Paused,
    Played,
    Record,
    Refunded,
    TrialChanged,
    TrialStarted,
    Visit,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = st.sampled_from("abcd")
FILMS = st.sampled_from(["nosferatu", "metropolis", None])
HOURS = st.integers(0, 24 * 120)
HORIZON = timedelta(days=44)
Common = dict[str, Any]


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """A few people, their trials, and anything that may befall them in four months."""
    found: list[Record] = []
    for number in range(draw(st.integers(0, 25))):
        common: Common = {
            "key": str(number),
            "at": START + timedelta(hours=draw(HOURS)),
            "person": draw(PEOPLE),
        }
        found.append(draw(st.sampled_from(MAKERS))(draw, common))
    return found


def _trial(draw: st.DrawFn, common: Common) -> Record:
    ends = common["at"] + timedelta(days=draw(st.sampled_from([7, 30])))
    kind = draw(st.sampled_from(["trial", "trial", "trial", "retention"]))
    return TrialStarted(
        **common,
        subscription=common["person"] + common["key"],
        trial_ends_at=ends,
        charge_at=ends,
        film=draw(FILMS),
        carded=draw(st.booleans()),
        kind=kind,
    )


def _subscription(draw: st.DrawFn, common: Common) -> str:
    return f"{common['person']}{draw(st.integers(0, 24))}"


def _paid(draw: st.DrawFn, common: Common) -> Record:
    gross = draw(st.sampled_from([-6189, 0, 699, 9990]))
    return Paid(
        **common,
        subscription=_subscription(draw, common),
        gross_minor=gross,
        tax_minor=draw(st.integers(0, max(gross, 0) // 5)),
        currency=draw(st.sampled_from(["gbp", "usd"])),
        interval=draw(st.sampled_from(["month", "year", "week"])),
        price_minor=draw(st.sampled_from([None, None, 699])),
    )


def _paused(draw: st.DrawFn, common: Common) -> Record:
    return Paused(**common, subscription=_subscription(draw, common))


def _ended(draw: st.DrawFn, common: Common) -> Record:
    cause = draw(st.sampled_from(["voluntary", "payment", "no_method", "operator"]))
    reason = draw(st.sampled_from(["", "price", "films"]))
    sub = _subscription(draw, common)
    return Ended(**common, subscription=sub, cause=cause, reason=reason)


def _changed(draw: st.DrawFn, common: Common) -> Record:
    change = draw(st.sampled_from(["cancel set", "cancel unset", "extended", "ended early"]))
    moved = common["at"] + timedelta(days=5) if change == "extended" else common["at"]
    return TrialChanged(
        **common,
        subscription=_subscription(draw, common),
        change=change,
        trial_ends_at=None if change.startswith("cancel") else moved,
    )


def _refunded(draw: st.DrawFn, common: Common) -> Record:
    minor = draw(st.sampled_from([100, 9990]))
    return Refunded(**common, payment=str(draw(st.integers(0, 24))), refunded_minor=minor)


def _disputed(draw: st.DrawFn, common: Common) -> Record:
    status = draw(st.sampled_from(["open", "lost", "won"]))
    return Disputed(**common, payment=str(draw(st.integers(0, 24))), status=status)


def _seen(draw: st.DrawFn, common: Common) -> Record:
    if draw(st.booleans()):
        via, campaign = draw(st.sampled_from([("radio", None), ("mail", "july"), (None, None)]))
        return Visit(**common, film=draw(FILMS), via=via, campaign=campaign)
    return OfferClicked(**common, film=draw(FILMS))


def _opened(draw: st.DrawFn, common: Common) -> Record:
    return CheckoutOpened(**common, film=draw(FILMS), code=draw(st.sampled_from([None, "RADIO20"])))


def _played(draw: st.DrawFn, common: Common) -> Record:
    return Played(**common, film=draw(FILMS), seconds=draw(st.sampled_from([60, 120, 500])))


MAKERS = [
    _trial,
    _trial,
    _trial,
    _paid,
    _paid,
    _ended,
    _paused,
    _changed,
    _refunded,
    _disputed,
    _seen,
    _opened,
    _played,
]
MOMENTS = HOURS.map(lambda hours: START + timedelta(hours=hours))


def question(as_of: datetime, zone: str = "UTC") -> Question:
    return Question(as_of, ZoneInfo(zone), By.WEEK)


def printed(facts: list[Record], as_of: datetime) -> str:
    asked = question(as_of)
    found = cohorts(records.gathered(facts, as_of=as_of), asked)
    return printed_trials.conversion(asked, found).json()


@given(histories(), MOMENTS)
@settings(max_examples=150, deadline=None)
def test_outcomes_sum_to_starts_and_kept_is_in_converted_is_in_ever(
    facts: list[Record], as_of: datetime
) -> None:
    found = cohorts(records.gathered(facts, as_of=as_of), question(as_of))

    for cohort in (*found.cohorts, found.total):
        assert sum(map(len, cohort.outcomes.values())) == len(cohort.starts)
        assert set(cohort.kept) <= set(cohort.converted) <= set(cohort.old)
        assert set(cohort.converted) <= set(cohort.ever) <= set(cohort.starts)
        low, high, starts = cohort.range
        assert low <= high <= starts
    assert sum(len(cohort.starts) for cohort in found.cohorts) == len(found.total.starts)


@given(histories(), MOMENTS)
@settings(max_examples=100, deadline=None)
def test_nothing_that_happens_later_changes_a_report(facts: list[Record], as_of: datetime) -> None:
    before = [fact for fact in facts if fact.at <= as_of]

    assert printed(facts, as_of) == printed(before, as_of)


@given(histories(), MOMENTS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_and_repetition_of_facts_change_nothing(
    facts: list[Record], as_of: datetime, chance: Random
) -> None:
    mixed = facts * 2
    chance.shuffle(mixed)

    assert printed(facts, as_of) == printed(mixed, as_of)


@given(histories(), MOMENTS)
@settings(max_examples=60, deadline=None)
def test_another_zone_moves_labels_and_no_counts(facts: list[Record], as_of: datetime) -> None:
    known = records.gathered(facts, as_of=as_of)

    here = cohorts(known, question(as_of)).total
    there = cohorts(known, question(as_of, "Pacific/Kiritimati")).total

    assert here == there


@given(histories(), MOMENTS)
@settings(max_examples=100, deadline=None)
def test_each_column_of_credit_sums_to_the_trials(facts: list[Record], as_of: datetime) -> None:
    found = credit.drawn(records.gathered(facts, as_of=as_of), horizon=HORIZON)

    trials = len(found.starts)
    assert sum(len(film.deciding) for film in found.films) == trials
    assert sum((film.assist for film in found.films), Fraction(0)) == trials
    assert sum(len(film.first_played) for film in found.films) == trials


@given(histories(), MOMENTS, st.sampled_from(list(By)))
@settings(max_examples=100, deadline=None)
def test_revenue_balances_in_every_cell(facts: list[Record], as_of: datetime, by: By) -> None:
    known = records.gathered(facts, as_of=as_of)
    rows = movements.by_period(known, zone=ZoneInfo("Europe/London"), by=by)

    assert [row for row in rows if not row.balances] == []


@given(histories(), MOMENTS)
@settings(max_examples=60, deadline=None)
def test_no_step_of_the_funnel_has_more_people_than_the_one_before(
    facts: list[Record], as_of: datetime
) -> None:
    known = records.gathered(facts, as_of=as_of)
    rows = funnel_drawn(known, within=EVER, horizon=HORIZON).rows

    counts = [len(row.people) for row in rows]
    assert counts == sorted(counts, reverse=True)
