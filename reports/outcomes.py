"""What became of a trial: exactly one of nine outcomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from reports.trials import Trial


class Outcome(StrEnum):
    """The nine, in the order in which a report lists them."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    COLLECTING = "collecting"
    COMPED = "comped"
    CONVERTED = "converted"
    LOST_VOLUNTARY = "lost_voluntary"
    LOST_PAYMENT = "lost_payment"
    LOST_NO_METHOD = "lost_no_method"
    LOST_OPERATOR = "lost_operator"


STILL_POSSIBLE = frozenset(
    {Outcome.RUNNING, Outcome.CANCELLING, Outcome.COLLECTING, Outcome.COMPED}
)


def of(trial: Trial, *, as_of: datetime, window: timedelta) -> Outcome:
    """The outcome of ``trial`` at ``as_of``; where several hold, the first of ``PRECEDENCE``.

    ``window`` is the collection window: how long a first invoice may stay open.
    """
    return next(outcome for outcome, holds in PRECEDENCE if holds(trial, as_of, window))


def _ended_by(cause: str) -> Callable[[Trial, datetime, timedelta], bool]:
    def holds(trial: Trial, as_of: datetime, window: timedelta) -> bool:
        return trial.ended is not None and trial.ended.cause == cause

    return holds


def _is_collecting(trial: Trial, as_of: datetime, window: timedelta) -> bool:
    """The free days are over and the first invoice is open: access may have ended, for want of a
    payment, before the window has."""
    unpaid = trial.ended is None or trial.ended.cause == "payment"
    return unpaid and not _was_cancelled(trial) and trial.over_at <= as_of < trial.over_at + window


def _left(trial: Trial, as_of: datetime, window: timedelta) -> bool:
    """Ended by choice; a trial set to cancel is over at its end, even if the news is late."""
    late = trial.ended is None and _was_cancelled(trial) and trial.ends_at <= as_of
    return late or _ended_by("voluntary")(trial, as_of, window)


def _had_no_method(trial: Trial, as_of: datetime, window: timedelta) -> bool:
    unused = trial.ended is None and not trial.start.carded and trial.ends_at + window <= as_of
    return unused or _ended_by("no_method")(trial, as_of, window)


def _was_cancelled(trial: Trial) -> bool:
    """Set to cancel before the free days were over, so that no first invoice was ever made."""
    return trial.cancel_set_at is not None and trial.cancel_set_at <= trial.ends_at


PRECEDENCE: tuple[tuple[Outcome, Callable[[Trial, datetime, timedelta], bool]], ...] = (
    (Outcome.CONVERTED, lambda trial, as_of, window: trial.conversion is not None),
    (Outcome.LOST_OPERATOR, _ended_by("operator")),
    (Outcome.COMPED, lambda trial, as_of, window: trial.comped),
    (Outcome.COLLECTING, _is_collecting),
    (Outcome.LOST_VOLUNTARY, _left),
    (Outcome.LOST_NO_METHOD, _had_no_method),
    (Outcome.LOST_PAYMENT, lambda trial, as_of, window: trial.over_at <= as_of),
    (Outcome.CANCELLING, lambda trial, as_of, window: trial.cancel_set_at is not None),
    (Outcome.RUNNING, lambda trial, as_of, window: True),
)
