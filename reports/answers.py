"""Every report by its name, as the command line and the desk ask for it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from reports import (
    printed_charges,
    printed_experiments,
    printed_origins,
    printed_paths,
    printed_trials,
    printed_watching,
    questions,
)
from reports.definitions import Definition
from reports.printed import Printed
from reports.questions import Question

REPORTS: dict[str, Callable[[Session, Question], Printed]] = {
    "conversion": lambda db, q: printed_trials.conversion(q, questions.of_conversion(db, q)),
    "outcomes": lambda db, q: printed_trials.outcomes(q, questions.of_conversion(db, q)),
    "funnel": lambda db, q: printed_paths.funnel(q, questions.of_funnel(db, q)),
    "films": lambda db, q: printed_paths.films(q, questions.of_films(db, q)),
    "origins": lambda db, q: printed_origins.origins(q, questions.of_origins(db, q)),
    "mrr": lambda db, q: printed_paths.revenue(q, questions.of_money(db, q)),
    "watching": lambda db, q: printed_watching.watching(q, questions.of_watching(db, q)),
    "calendar": lambda db, q: printed_charges.calendar(q, questions.of_calendar(db, q)),
    "experiments": lambda db, q: printed_experiments.experiments(
        q, questions.of_experiments(db, q)
    ),
    "notices": lambda db, q: printed_trials.coverage(q, questions.of_notices(db, q)),
}


def printed(
    db: Session, name: str, question: Question, definition: Definition | None = None
) -> Printed:
    """The report ``name``; with a ``definition`` the conversion as somebody else counts it."""
    if definition is None:
        return REPORTS[name](db, question)
    cells = questions.of_definition(db, question, definition)
    return printed_trials.definition(question, definition, cells)
