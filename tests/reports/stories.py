"""Short ways to write down what happened, for tests of the reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reports import conversion, outcomes, periods, records, trials
from reports.outcomes import Outcome
from reports.periods import By
from reports.records import (
    Disputed,
    Ended,
    Paid,
    Paused,
    Record,
    Records,
    Refunded,
    TrialChanged,
    TrialStarted,
)

HORIZON = timedelta(days=44)
WINDOW = timedelta(days=14)


def at(text: str) -> datetime:
    """``07-31 11:02`` of 2026, in UTC."""
    return periods.instant(f"2026-{text}Z")


def trial(name: str, started: str, *, days: int = 30, **over: Any) -> TrialStarted:
    """The trial ``name`` of the person ``name``."""
    begins = at(started)
    ends = begins + timedelta(days=days)
    usual = {"key": name, "at": begins, "person": name, "subscription": name}
    return TrialStarted(**{**usual, "trial_ends_at": ends, "charge_at": ends, **over})


def paid(name: str, when: str, gross: int = 699, **over: Any) -> Paid:
    """A payment for the trial ``name``; its key is ``name`` and the day."""
    usual = {"key": f"{name} {when}", "at": at(when), "person": name, "subscription": name}
    return Paid(**{**usual, "gross_minor": gross, "tax_minor": 0, "currency": "gbp", **over})


def refunded(payment: Paid, when: str, minor: int | None = None) -> Refunded:
    """``minor`` of a payment went back; the whole of it unless said otherwise."""
    back = payment.gross_minor if minor is None else minor
    return Refunded(
        key=f"{payment.key} back {when}",
        at=at(when),
        person=payment.person,
        payment=payment.key,
        refunded_minor=back,
    )


def disputed(payment: Paid, when: str, status: str) -> Disputed:
    """A bank asked for a payment back, or decided."""
    return Disputed(
        key=f"{payment.key} {status}",
        at=at(when),
        person=payment.person,
        payment=payment.key,
        status=status,
    )


def changed(
    name: str, when: str, change: str, ends: str | None = None, *, until: str | None = None
) -> TrialChanged:
    """Something was changed about the trial ``name``, or its subscription was paused."""
    return TrialChanged(
        key=f"{name} {change} {when}",
        at=at(when),
        person=name,
        subscription=name,
        change=change,
        trial_ends_at=at(ends) if ends else None,
        until=at(until) if until else None,
    )


def ended(name: str, when: str, cause: str, **over: Any) -> Ended:
    """Access by the subscription ``name`` ended."""
    usual = {"key": f"{name} {when}", "at": at(when), "person": name, "subscription": name}
    return Ended(**{**usual, "cause": cause, **over})


def paused(name: str, when: str) -> Paused:
    """What was paid for by the subscription ``name`` was over, and a pause began."""
    return Paused(key=f"{name} {when}", at=at(when), person=name, subscription=name)


def known(*facts: Record, as_of: str) -> Records:
    """What was known of ``facts`` at an instant."""
    return records.gathered(facts, as_of=at(as_of))


def drawn(found: Records, *, zone: str = "UTC", by: By = By.MONTH) -> conversion.Conversion:
    """The report of conversion with a horizon of 44 days."""
    return conversion.drawn(found, zone=ZoneInfo(zone), by=by, horizon=HORIZON, window=WINDOW)


def outcome(found: Records, name: str) -> Outcome:
    """What became of the trial ``name``."""
    asked = next(t for t in trials.counted(found) if t.id == name)
    return outcomes.of(asked, as_of=found.as_of, window=WINDOW)


def states(found: Records) -> dict[str, Outcome]:
    """What became of every trial, by name."""
    return {t.id: outcome(found, t.id) for t in trials.counted(found)}
