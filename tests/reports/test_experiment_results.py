"""What an experiment's people did, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable

from reports import experiment_results
from reports.experiment_models import Experiment
from reports.experiment_results import Look, Result
from reports.experiments import Metric
from reports.rates import Rate
from reports.records import Exposed, Record
from tests.reports.stories import HORIZON, at, known, paid, trial

A, B = "try-free", "start-watching"


def shown(person: str, arm: str, when: str, *, experiment: int = 1) -> Exposed:
    key = f"{experiment} {person} {when}"
    return Exposed(key=key, at=at(when), person=person, experiment=experiment, arm=arm)


def drawn(facts: Iterable[Record], *, as_of: str, planned: int = 3) -> Result:
    run = Experiment(
        id=1,
        code="button-words",
        salt="s",
        base_permille=40,
        goal_permille=50,
        planned=planned,
        started_at=at("07-01 00:00"),
    )
    return experiment_results.drawn(known(*facts, as_of=as_of), run, horizon=HORIZON)


# A: a1 begins a trial within the week and pays, a2 begins on the eighth day, a3 nothing.
# B: b1 and b2 begin, b2 pays on day 45; b3 was shown it five days ago.
FACTS: tuple[Record, ...] = (
    *(shown(name, A, "07-01 10:00") for name in ("a1", "a2", "a3")),
    *(shown(name, B, "07-01 10:00") for name in ("b1", "b2")),
    shown("b3", B, "09-10 10:00"),
    trial("a1", "07-02 10:00"),
    paid("a1", "08-01 11:00"),
    trial("a2", "07-08 10:01"),
    trial("b1", "07-01 10:05"),
    trial("b2", "07-08 10:00"),
    paid("b2", "08-22 11:00"),
)


def test_people_count_once_their_week_is_over_and_their_trials_once_the_horizon_is() -> None:
    first, second = drawn(FACTS, as_of="09-15 10:00").arms

    assert (first.start_rate, first.conversion) == (Rate(1, 3), Rate(1, 1))
    assert (second.start_rate, second.conversion) == (Rate(2, 2), Rate(0, 2))
    assert len(second.exposed) == 3


def test_trials_of_people_shown_the_offer_too_lately_wait_for_their_horizon() -> None:
    # 51 days after the exposure: seven to begin a trial, 44 to pay for it
    before, after = (
        drawn(FACTS, as_of=moment).arms[0].conversion for moment in ("08-21 09:59", "08-21 10:00")
    )

    assert (before, after) == (Rate(0, 0), Rate(1, 1))


def test_the_gap_has_newcombes_interval_and_is_none_while_an_arm_is_empty() -> None:
    found = drawn(FACTS, as_of="09-15 10:00").gap(Metric.START)

    # 2/2 less 1/3; Wilson 2/2: 0.3424 to 1, 1/3: 0.0615 to 0.7923
    assert found is not None
    assert [round(edge, 4) for edge in found] == [0.6667, -0.1353, 0.9385]
    assert drawn((), as_of="09-15 10:00").gap(Metric.START) is None


def test_every_look_before_the_planned_size_is_peeking() -> None:
    looks = [drawn(FACTS, as_of="09-15 10:00", planned=size).look for size in (3, 2)]

    assert looks == [Look.PEEKING, Look.PLANNED]


def test_whoever_saw_both_arms_counts_under_the_first() -> None:
    found = drawn([shown("a", A, "07-01 10:00"), shown("a", B, "07-02 10:00")], as_of="07-20 00:00")

    assert [len(arm.exposed) for arm in found.arms] == [1, 0]
    assert found.crossed == ("a",)


def test_another_run_of_the_same_experiment_is_not_counted() -> None:
    found = drawn([shown("a", A, "07-01 10:00", experiment=2)], as_of="07-20 00:00")

    assert [len(arm.exposed) for arm in found.arms] == [0, 0]


def test_a_split_is_judged_by_everybody_who_was_shown_an_arm() -> None:
    assert drawn(FACTS, as_of="09-15 10:00").split.chi_square == 0
