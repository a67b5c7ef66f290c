"""History brought from another service: two files become facts, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError
from reports import facts, history_files
from reports.facts import Noted
from reports.history_files import PAYMENT_COLUMNS, TRIAL_COLUMNS, PaymentRow, TrialRow
from reports.models import Fact

AT_ONCE = 5000
Fields = dict[str, Any]


class BadHistory(DomainError):
    """The files cannot be imported; ``problems`` tells every place, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.sentence = "\n".join([*problems, "Nothing was imported."])


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines were read, and how many facts of theirs were new."""

    trials: int
    payments: int
    new_facts: int


def bring(db: Session, folder: Path, *, now: datetime) -> Imported:
    """Note the facts of ``trials.csv`` and ``payments.csv``. Raises ``BadHistory``.

    A person of theirs has no account here: the fact itself names them, and its key begins with
    ``history:``, so the same files brought again add nothing.
    """
    problems: list[str] = []
    trials = history_files.rows(
        folder / "trials.csv", TRIAL_COLUMNS, history_files.trial_row, problems
    )
    payments = history_files.rows(
        folder / "payments.csv", PAYMENT_COLUMNS, history_files.payment_row, problems
    )
    if not problems:
        owners = {row.id: row.person for _, row in trials.values()}
        problems += _strays(db, owners, payments.values())
    if problems:
        raise BadHistory(problems)
    found = [
        *(fact for _, row in trials.values() for fact in _of_trial(row)),
        *(fact for _, row in payments.values() for fact in _of_payment(row)),
    ]
    return Imported(len(trials), len(payments), _note(db, found, now))


def _strays(
    db: Session, owners: dict[str, str], payments: Iterable[tuple[str, PaymentRow]]
) -> Iterator[str]:
    """Payments for a trial that nobody knows, or that is somebody else's."""
    asked = [(place, row) for place, row in payments if row.trial_id]
    absent = {f"history:{row.trial_id}" for _, row in asked if row.trial_id not in owners}
    earlier = db.execute(
        select(Fact.key, Fact.data["person"].astext).where(
            Fact.kind == "trial", Fact.key.in_(absent)
        )
    )
    known = owners | {key.removeprefix("history:"): person for key, person in earlier}
    for place, row in asked:
        owner = known.get(row.trial_id)
        if owner is None:
            yield f'{place}, column trial_id: no trial is called "{row.trial_id}".'
        elif owner != row.person:
            yield f'{place}, column person: the trial "{row.trial_id}" is of another person.'


def _of_trial(row: TrialRow) -> Iterator[Noted]:
    key = f"history:{row.id}"
    whose = {"person": row.person, "subscription": key}
    ends_at = _text(row.trial_ends_at)
    yield _fact(
        "trial",
        key,
        row.started_at,
        {
            **whose,
            "kind": row.kind,
            "offer": row.offer,
            "interval": row.interval,
            "carded": row.carded,
            "trial_ends_at": ends_at,
            "charge_at": ends_at,
            "film": row.film,
        },
    )
    if row.cancel_set_at:
        change = {**whose, "change": "cancel set"}
        yield _fact("trial_change", f"{key}:cancel", row.cancel_set_at, change)
    if row.ended_at:
        yield _fact("ended", key, row.ended_at, {**whose, "cause": row.ended_cause})


def _of_payment(row: PaymentRow) -> Iterator[Noted]:
    key = f"history:{row.id}"
    subscription = f"history:{row.trial_id}" if row.trial_id else None
    yield _fact(
        "payment",
        key,
        row.paid_at,
        {
            "person": row.person,
            "subscription": subscription,
            "gross_minor": row.gross_minor,
            "tax_minor": row.tax_minor,
            "currency": row.currency,
            "interval": row.interval,
        },
    )
    about = {"person": row.person, "payment": key}
    if row.refunded_at and row.refunded_minor:
        refund = {**about, "refunded_minor": row.refunded_minor}
        yield _fact("refund", key, row.refunded_at, refund)
    if row.disputed_at:
        yield _fact("dispute", key, row.disputed_at, {**about, "status": "lost"})


def _fact(kind: str, key: str, at: datetime, data: Fields) -> Noted:
    return Noted(kind=kind, key=key, at=at, data=data)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _note(db: Session, found: list[Noted], now: datetime) -> int:
    """Add what is not there yet, in sets; the number of new rows."""
    sets = (found[first : first + AT_ONCE] for first in range(0, len(found), AT_ONCE))
    return sum(facts.record_all(db, some, now=now) for some in sets)
