"""The list behind a printed number: exactly as long as the number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import NotFound
from reports import charges, origins, outcomes, questions
from reports.charges import Due
from reports.definitions import Definition
from reports.experiment_results import Person
from reports.funnel import STEPS, Walk
from reports.listed import Listed, held, told
from reports.questions import Question
from reports.records import Played
from reports.trials import Trial

COMBINED = "combined "


@dataclass(frozen=True, slots=True)
class Entry:
    """One counted person, trial or robot: whose, since when, by which film, and how it stands."""

    person: str
    at: datetime | None = None
    film: str | None = None
    stands: str = ""


def behind(db: Session, question: Question, report: str, row: str, cell: str) -> Listed[Entry]:
    """Who stands behind ``cell`` of ``row`` in ``report``. Raises ``NotFound``.

    ``row`` is a cohort's label, a film, a step's number, ``currency label`` or ``combined label``;
    ``all`` is the total. Another's definition is asked for by its name in place of the report's.
    Where the report is drawn from rows kept ready, the list is read only where it is opened.
    """
    if report in set(Definition):
        found = _of_definition(db, question, Definition(report), row, cell)
    elif report in FINDERS:
        found = FINDERS[report](db, question, row, cell)
    else:
        raise NotFound
    return found if isinstance(found, Listed) else held(found)


def _of_funnel(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    found = questions.of_funnel(db, question)
    if cell == "robots":
        return told(found.robots, lambda person: Entry(person, stands="Left out as a robot"))
    if _number(row) >= len(STEPS) or cell not in ("people", "open"):
        raise NotFound
    asked = found.rows[_number(row)]
    return told(asked.people if cell == "people" else asked.open, _walk)


def _number(row: str) -> int:
    """The row's number. Raises ``NotFound`` where it is none."""
    if not row.isdecimal() or len(row) > 3:
        raise NotFound
    return int(row)


def _walk(walk: Walk) -> Entry:
    return Entry(walk.person, walk.reached[0], walk.film, STEPS[len(walk.reached) - 1])


def _of_conversion(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    found = questions.of_conversion(db, question)
    cohort = found.cohort(row)
    if cell == "fraud":
        return _trials(found.fraud, question)
    if cohort is None:
        raise NotFound
    return _trials(cohort.members(cell), question)


def _of_definition(
    db: Session, question: Question, definition: Definition, row: str, cell: str
) -> Sequence[Entry]:
    for each, ours in questions.of_definition(db, question, definition):
        if each.label == row and cell == "differing":
            return [Entry(person) for person in each.people(ours)]
        if each.label == row and cell in ("above", "below"):
            return _trials(each.above if cell == "above" else each.below, question)
    raise NotFound


def _of_films(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    found = questions.of_films(db, question)
    film = found.film(row)
    if row == "all" and cell == "starts":
        return _trials(found.starts, question)
    if film is None:
        raise NotFound
    return _trials(film.members(cell), question)


def _of_money(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    found = questions.of_money(db, question)
    if cell == "realised":
        return _trials(found.realised.trials, question)
    if cell in ("due", "paying") and _number(row) < len(found.retention):
        month = found.retention[_number(row)]
        return _trials(month.due if cell == "due" else month.paying, question)
    one = {f"{COMBINED}{each.label}": each for each in found.combined.rows}
    if row in one:
        return [Entry(person) for person in one[row].members(cell)]
    for each in found.rows:
        if f"{each.currency} {each.label}" == row:
            return [Entry(person) for person in each.members(cell)]
    raise NotFound


def _of_notices(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    return _trials(questions.of_notices(db, question).members(cell), question)


def _of_origins(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    """``row`` is a kind and a name, ``source newsletter``; ``partner`` and an offer's code."""
    found = questions.of_origins(db, question)
    kind, _, name = row.partition(" ")
    if (row, cell) == ("all", "starts"):
        return _trials(found.starts, question)
    for partner in found.partners:
        if (kind, name, cell) == ("partner", partner.offer, "clicked"):
            return [Entry(click.person, click.at, click.film) for click in partner.clicked]
    asked = found.row(kind, name)
    if asked is None:
        raise NotFound
    return told(asked.people(cell), _came) or _trials(asked.members(cell), question)


def _came(found: origins.Person) -> Entry:
    return Entry(found.person, found.at, stands="Began a trial" if found.began else "Came")


def _of_watching(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    found = questions.of_watching(db, question)
    film = found.film(row)
    if row == "all" and cell == "viewers":
        return told(found.viewers, _play)
    if film is None:
        raise NotFound
    return told(film.members(cell), _play)


def _play(play: Played) -> Entry:
    return Entry(play.person, play.at, play.film, "Watched")


def _of_calendar(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    """``row`` is a local day; ``past`` asks for the calendar that is held to what came."""
    found = questions.of_calendar(db, question)
    past = {"due": found.past.due, "paid": found.past.paid}
    if row == "past" and cell in past:
        return [_due(due) for due in past[cell]]
    asked = (d for d in found.due if row in ("all", charges.day_of(d, question.zone)))
    chosen = [due for due in asked if cell in charges.cells_of(due)]
    if not chosen:
        raise NotFound
    return [_due(due) for due in chosen]


def _due(due: Due) -> Entry:
    sort = "First charge" if due.is_first else "Renewal"
    leaving = ", set to cancel" if due.is_cancelling else ""
    chance = due.chance
    paid = f"{chance.k} of {chance.n} such were paid" if chance.n else "none such seen yet"
    return Entry(due.person, due.at, stands=f"{sort}{leaving}: {paid}")


def _of_experiments(db: Session, question: Question, row: str, cell: str) -> Sequence[Entry]:
    """``row`` is a run's number and an arm, ``7 short``; who saw both arms is asked of the run."""
    number, _, name = row.partition(" ")
    for each in questions.of_experiments(db, question):
        if str(each.experiment.id) == number and cell == "crossed":
            return [Entry(person) for person in each.crossed]
        arm = each.arm(name)
        if str(each.experiment.id) == number and arm is not None:
            return [Entry(p.person, p.at, stands=_begun(p)) for p in arm.members(cell)]
    raise NotFound


def _begun(person: Person) -> str:
    return "Began a trial" if person.trial else "Was shown the offer"


def _trials(found: Sequence[Trial], question: Question) -> Sequence[Entry]:
    return told(
        found,
        lambda trial: Entry(
            trial.person,
            trial.started_at,
            trial.start.film,
            outcomes.of(trial, as_of=question.as_of, window=question.window),
        ),
    )


FINDERS: dict[str, Callable[[Session, Question, str, str], Sequence[Entry]]] = {
    "funnel": _of_funnel,
    "conversion": _of_conversion,
    "outcomes": _of_conversion,
    "films": _of_films,
    "origins": _of_origins,
    "mrr": _of_money,
    "notices": _of_notices,
    "experiments": _of_experiments,
    "calendar": _of_calendar,
    "watching": _of_watching,
}
