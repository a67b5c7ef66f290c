"""Experiments on the offer: what can be tried, who sees which arm, and their start and end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import audit
from core import keyset
from core.errors import DomainError, NotFound
from reports import facts, samples
from reports.experiment_models import Experiment


class Metric(StrEnum):
    """What an experiment is meant to move."""

    START = "trial start within 7 days"
    CONVERSION = "trial to paid"


@dataclass(frozen=True, slots=True)
class Design:
    """Something that can be tried. The first arm is the page as it is without the experiment."""

    code: str
    words: str
    arms: tuple[str, str]
    metric: Metric
    base_permille: int
    goal_permille: int


DESIGNS = {
    design.code: design
    for design in (
        Design(
            "button-words",
            "Words of the button: what it costs, or what it opens",
            ("try-free", "start-watching"),
            Metric.START,
            40,
            50,
        ),
        Design(
            "time-line",
            "Length of the time line beneath the button",
            ("short", "long"),
            Metric.CONVERSION,
            420,
            470,
        ),
    )
}


class BadExperiment(DomainError):
    """An experiment cannot be started or stopped so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def design(code: str) -> Design:
    """What is tried under ``code``. Raises ``NotFound``."""
    if code not in DESIGNS:
        raise NotFound
    return DESIGNS[code]


def arm(experiment: Experiment, unit: str) -> str:
    """The arm of a person or visitor: drawn by a salted hash, so it stays and nobody keeps it."""
    digest = hashlib.sha256(f"{experiment.salt}:{unit}".encode()).digest()
    return DESIGNS[experiment.code].arms[digest[0] & 1]


def running(db: Session) -> list[Experiment]:
    """The experiments that are shown now."""
    found = db.scalars(_RUNNING)
    return sorted((each for each in found if each.code in DESIGNS), key=lambda each: each.code)


_RUNNING = select(Experiment).where(Experiment.stopped_at.is_(None))


def every(db: Session) -> list[Experiment]:
    """Every run there ever was, the latest first."""
    found = db.scalars(select(Experiment).order_by(Experiment.id.desc()))
    return [each for each in found if each.code in DESIGNS]


def by_id(db: Session, number: int) -> Experiment:
    """One run. Raises ``NotFound``."""
    found = db.get(Experiment, min(number, keyset.LARGEST))
    if found is None or found.code not in DESIGNS:
        raise NotFound
    return found


def start(
    db: Session,
    code: str,
    *,
    base_permille: int,
    goal_permille: int,
    actor: str,
    reason: str,
    now: datetime,
) -> Experiment:
    """Begin to show the arms. Raises ``BadExperiment`` without a reason or while it runs."""
    found = design(code)
    _refuse_without(reason)
    if any(each.code == code for each in running(db)):
        raise BadExperiment("This experiment is running. Stop it before you start it again.")
    if not 0 < base_permille < goal_permille < 1000:
        raise BadExperiment("The rate you hope for must be above the rate of today, below 100%.")
    made = Experiment(
        code=found.code,
        salt=secrets.token_hex(16),
        base_permille=base_permille,
        goal_permille=goal_permille,
        planned=0,
        started_at=now,
    )
    made.planned = samples.planned(made.base, made.goal)
    db.add(made)
    db.flush()  # its number stands in the audit
    _note(db, made, "experiment.started", actor=actor, reason=reason, now=now)
    return made


def stop(db: Session, number: int, *, actor: str, reason: str, now: datetime) -> Experiment:
    """Show everybody the first arm again. Raises ``BadExperiment`` without a reason."""
    _refuse_without(reason)
    found = by_id(db, number)
    if found.stopped_at is not None:
        raise BadExperiment("This experiment has been stopped before.")
    found.stopped_at = now
    _note(db, found, "experiment.stopped", actor=actor, reason=reason, now=now)
    return found


def expose(
    db: Session,
    experiment: Experiment,
    unit: str,
    *,
    visitor_id: int,
    member_id: int | None,
    now: datetime,
) -> None:
    """Note that ``unit`` was shown the offer as its arm has it; only the first time counts."""
    facts.record(
        db,
        "exposure",
        f"{experiment.id}:{unit}",
        at=now,
        now=now,
        visitor_id=visitor_id,
        member_id=member_id,
        data={"experiment": experiment.id, "arm": arm(experiment, unit)},
    )


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise BadExperiment("Write why, so that others can follow the decision.")


def _note(
    db: Session, found: Experiment, action: str, *, actor: str, reason: str, now: datetime
) -> None:
    state = {"experiment": found.id, "code": found.code, "planned": found.planned}
    is_running = found.stopped_at is None
    audit.note(
        db,
        now=now,
        actor=actor,
        action=action,
        reason=reason.strip()[:500],
        before={**state, "running": not is_running},
        after={**state, "running": is_running},
    )
