"""The reports that count trials, printed: conversion, outcomes, others' definitions, notices."""

from __future__ import annotations

from dataclasses import replace

from reports import definitions
from reports.conversion import Cohort, Conversion
from reports.definitions import Cell, Definition
from reports.notice_coverage import Coverage
from reports.outcomes import Outcome
from reports.printed import (
    Plain,
    Printed,
    heading,
    notes,
    rate,
    rate_cells,
    rate_columns,
    rate_text,
)
from reports.questions import Question
from reports.sheets import Sheet, Value


def conversion(question: Question, found: Conversion) -> Printed:
    """One row a cohort and one for all of them, then the curve and the median wait."""
    plain = heading(
        "conversion",
        question,
        definition="matinee",
        rows=[cohort(each) for each in found.cohorts],
        total=cohort(found.total),
        curve=[{"day": day, **rate(each)} for day, each in enumerate(found.curve)],
        median_days_to_convert=_rounded(found.total.days_to_convert, 4),
        fraud=len(found.fraud),
    )
    columns = (
        "cohort",
        "starts",
        "old",
        *rate_columns("rate"),
        *rate_columns("kept"),
        *rate_columns("ever"),
        "range_low",
        "range_high",
        "median_days",
    )
    rows = tuple(_cohort_cells(each) for each in (*found.cohorts, found.total))
    about = notes("Trials that converted, by the day they began", question)
    return Printed(
        plain, lambda: Sheet(columns, rows, about), lambda: _brief(question, found, about)
    )


def _brief(question: Question, found: Conversion, about: tuple[str, ...]) -> Sheet:
    """The same for a terminal: one column a rate."""
    columns = (
        "began",
        "trials",
        "old enough",
        f"converted in {question.horizon.days} days",
        "kept",
        "ever",
        "will end between",
        "usual days",
    )
    rows = tuple(
        (
            each.label,
            len(each.starts),
            len(each.old),
            rate_text(each.rate),
            f"{each.kept_rate.k}/{each.kept_rate.n}",
            f"{each.ever_rate.k}/{each.ever_rate.n}",
            "{} and {} of {}".format(*each.range),
            _rounded(each.days_to_convert, 1),
        )
        for each in (*found.cohorts, found.total)
    )
    return Sheet(columns, rows, about)


def cohort(found: Cohort) -> Plain:
    """A cohort row."""
    return {
        "cohort": found.label,
        "starts": len(found.starts),
        "old": len(found.old),
        "rate": rate(found.rate),
        "kept": rate(found.kept_rate),
        "ever": rate(found.ever_rate),
        "range": list(found.range),
        "outcomes": _outcomes(found),
    }


def outcomes(question: Question, found: Conversion) -> Printed:
    """What became of the trials of each cohort; the nine sum to the starts."""
    every = (*found.cohorts, found.total)
    plain = heading(
        "outcomes",
        question,
        rows=[_outcome_row(each) for each in found.cohorts],
        total=_outcome_row(found.total),
        fraud=len(found.fraud),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (each.label, len(each.starts), *_outcomes(each).values()) for each in every
    )
    columns = ("cohort", "starts", *map(str, Outcome))
    about = notes("What became of trials, by the day they began", question)
    return Printed(plain, lambda: Sheet(columns, rows, about))


def definition(
    question: Question, named: Definition, cells: list[tuple[Cell, Cohort | None]]
) -> Printed:
    """The rates of another definition, each with the people on whom it differs from ours."""
    rows: list[Plain] = []
    for cell, ours in cells:
        people = cell.people(ours)
        rows.append(
            {
                "cohort": cell.label,
                "rate": rate(cell.rate),
                "ours": rate(ours.rate) if ours else None,
                "differing": people,
            }
        )
    rolls = named in definitions.IS_ROLLING
    asked = replace(question, first=None, last=None) if rolls else question
    plain = heading("conversion", asked, definition=str(named), rows=rows)
    sheet = tuple(
        (cell.label, *rate_cells(cell.rate), len(row["differing"]))
        for (cell, _), row in zip(cells, rows, strict=True)
    )
    columns = ("cohort", *rate_columns("rate"), "people_differing")
    period = "the last 30 days" if rolls else ""
    about = notes(f"Conversion as {named} defines it", question, period=period)
    short = tuple(
        (cell.label, rate_text(cell.rate), len(row["differing"]))
        for (cell, _), row in zip(cells, rows, strict=True)
    )
    brief = ("period", "rate", "people who differ")
    return Printed(plain, lambda: Sheet(columns, sheet, about), lambda: Sheet(brief, short, about))


def coverage(question: Question, found: Coverage) -> Printed:
    """Charged trials by what happened about their reminder."""
    plain = heading(
        "notices",
        question,
        coverage=rate(found.rate),
        charged=len(found.charged),
        rows=[{"line": str(line), "trials": len(each)} for line, each in found.lines.items()],
        elsewhere=len(found.elsewhere),
        alarm=found.is_alarming,
    )
    lines = tuple((str(line), len(each)) for line, each in found.lines.items())
    rows = (*lines, ("charged", len(found.charged)), ("elsewhere", len(found.elsewhere)))
    alarm = ("ALARM: somebody was charged without a reminder.",) if found.is_alarming else ()
    told = f"Reminded at least 168 hours before the charge: {found.rate.percent}."
    about = notes("Charged trials and their reminders", question, told, *alarm)
    return Printed(plain, lambda: Sheet(("line", "trials"), rows, about))


def _outcomes(found: Cohort) -> dict[str, int]:
    return {str(outcome): len(each) for outcome, each in found.outcomes.items()}


def _outcome_row(found: Cohort) -> Plain:
    return {"cohort": found.label, "starts": len(found.starts), "outcomes": _outcomes(found)}


def _cohort_cells(found: Cohort) -> tuple[Value, ...]:
    low, high, _ = found.range
    return (
        found.label,
        len(found.starts),
        len(found.old),
        *rate_cells(found.rate),
        *rate_cells(found.kept_rate),
        *rate_cells(found.ever_rate),
        low,
        high,
        _rounded(found.days_to_convert, 1),
    )


def _rounded(days: float | None, digits: int) -> float | None:
    return None if days is None else round(days, digits)
