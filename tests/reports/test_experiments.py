"""How experiments are started, drawn and stopped."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Audit
from core.errors import NotFound
from reports import experiments, questions
from reports.experiment_models import Experiment
from reports.experiments import BadExperiment
from reports.models import Fact
from tests.factories import NOW
from tests.reports.test_reading import visitor


def start(db: Session, **over: Any) -> Experiment:
    usual: dict[str, Any] = {
        "base_permille": 40,
        "goal_permille": 50,
        "actor": "operator:1",
        "reason": "Fewer press than before",
        "now": NOW,
    }
    return experiments.start(db, over.pop("code", "button-words"), **{**usual, **over})


def test_nothing_runs_until_somebody_starts_it(db: Session) -> None:
    assert (experiments.running(db), experiments.every(db)) == ([], [])


def test_a_start_and_a_stop_leave_who_and_why(db: Session) -> None:
    found = start(db)
    experiments.stop(db, found.id, actor="operator:2", reason="Enough people", now=NOW)

    kept = db.scalars(select(Audit).order_by(Audit.id)).all()
    assert [(one.actor, one.action, one.reason) for one in kept] == [
        ("operator:1", "experiment.started", "Fewer press than before"),
        ("operator:2", "experiment.stopped", "Enough people"),
    ]
    assert (found.planned, experiments.running(db)) == (6743, [])


@pytest.mark.parametrize(
    "over",
    [
        {"reason": "  "},
        {"goal_permille": 40},
        {"base_permille": 0},
        {"goal_permille": 1000},
    ],
)
def test_an_experiment_without_reason_or_sensible_rates_is_refused(
    db: Session, over: dict[str, Any]
) -> None:
    with pytest.raises(BadExperiment):
        start(db, **over)

    assert experiments.every(db) == []


def test_an_experiment_runs_once_at_a_time(db: Session) -> None:
    found = start(db)
    with pytest.raises(BadExperiment):
        start(db)
    experiments.stop(db, found.id, actor="operator:1", reason="Enough", now=NOW)

    with pytest.raises(BadExperiment):
        experiments.stop(db, found.id, actor="operator:1", reason="Again", now=NOW)
    assert start(db).id != found.id


def test_what_nobody_designed_cannot_be_started(db: Session) -> None:
    with pytest.raises(NotFound):
        start(db, code="price")


def test_an_arm_stays_and_half_of_the_people_get_each(db: Session) -> None:
    found = start(db)
    drawn = [experiments.arm(found, f"visitor {number}") for number in range(4000)]

    assert drawn == [experiments.arm(found, f"visitor {number}") for number in range(4000)]
    # four standard deviations of 4,000 tosses: 126
    assert abs(drawn.count("try-free") - 2000) < 127


def test_another_run_draws_anew(db: Session) -> None:
    first = start(db)
    experiments.stop(db, first.id, actor="operator:1", reason="Enough", now=NOW)
    second = start(db)

    same = [experiments.arm(first, str(n)) == experiments.arm(second, str(n)) for n in range(4000)]
    assert abs(same.count(True) - 2000) < 127


def test_only_the_first_exposure_of_somebody_is_noted(db: Session) -> None:
    found = start(db)
    browser = visitor(db, "browser")
    for _ in range(2):
        experiments.expose(db, found, "unit", visitor_id=browser.id, member_id=None, now=NOW)

    kept = db.scalars(select(Fact).where(Fact.kind == "exposure")).all()
    assert [fact.data for fact in kept] == [
        {"experiment": found.id, "arm": experiments.arm(found, "unit")}
    ]
    result = questions.of_experiments(db, questions.Question(NOW, ZoneInfo("UTC")))[0]
    assert sum(len(arm.exposed) for arm in result.arms) == 1
