"""The experiments, printed: arm beside arm, the gap between them, and whether it may be read."""

from __future__ import annotations

from reports.experiment_results import Arm, Look, Result
from reports.experiments import DESIGNS, Metric
from reports.printed import Plain, Printed, heading, instant, notes, rate, rate_cells, rate_columns
from reports.questions import Question
from reports.sheets import Sheet

PEEKING = "Peeking: an early look finds differences that are not there."


def experiments(question: Question, found: list[Result]) -> Printed:
    """One row an arm of each run, the latest run first."""
    plain = heading("experiments", question, rows=[_run(each) for each in found])
    columns = (
        "experiment",
        "run",
        "arm",
        "shown",
        *rate_columns("trial_start"),
        *rate_columns("conversion"),
        "planned",
        "look",
    )
    rows = tuple(
        (
            each.experiment.code,
            each.experiment.id,
            arm.name,
            len(arm.exposed),
            *rate_cells(arm.start_rate),
            *rate_cells(arm.conversion),
            each.experiment.planned,
            str(each.look),
        )
        for each in found
        for arm in each.arms
    )
    told = [PEEKING] if any(each.look is Look.PEEKING for each in found) else []
    about = notes("People who were shown an arm, by what they did after", question, *told)
    return Printed(plain, lambda: Sheet(columns, rows, about))


def _run(found: Result) -> Plain:
    run, split = found.experiment, found.split
    return {
        "experiment": run.code,
        "run": run.id,
        "started_at": instant(run.started_at),
        "stopped_at": instant(run.stopped_at) if run.stopped_at else None,
        "metric": str(DESIGNS[run.code].metric),
        "planned": run.planned,
        "counted": found.counted,
        "look": str(found.look),
        "arms": [_arm(arm) for arm in found.arms],
        "difference": {metric.name.lower(): _gap(found, metric) for metric in Metric},
        "split": {"chi_square": round(float(split.chi_square), 2), "p": round(split.p, 4)},
        "alarm": split.is_alarming,
        "crossed": len(found.crossed),
    }


def _arm(arm: Arm) -> Plain:
    return {
        "arm": arm.name,
        "shown": len(arm.exposed),
        "trial_start": rate(arm.start_rate),
        "conversion": rate(arm.conversion),
    }


def _gap(found: Result, metric: Metric) -> Plain | None:
    gap = found.gap(metric)
    if gap is None:
        return None
    middle, low, high = (round(edge, 4) for edge in gap)
    return {"difference": middle, "low": low, "high": high}
