"""Which trial stories a report is drawn from, and the trials behind its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from reports import owned, reading, trials, walked
from reports.listed import Key, Listed, Stretch
from reports.outcomes import Outcome
from reports.periods import Period
from reports.spans import GRAIN, us
from reports.trials import Trial

Asked = dict[str, Any]

# What became of each trial, in the precedence of ``reports/outcomes.py``.
OUTCOME = f"""
    CASE WHEN converted_us IS NOT NULL THEN '{Outcome.CONVERTED}'
         WHEN ended_cause = 'operator' THEN '{Outcome.LOST_OPERATOR}'
         WHEN comped THEN '{Outcome.COMPED}'
         WHEN (ended_us IS NULL OR ended_cause = 'payment') AND NOT was_cancelled
              AND over_us <= :as_of AND over_us + :window > :as_of THEN '{Outcome.COLLECTING}'
         WHEN ended_cause = 'voluntary'
              OR (ended_us IS NULL AND was_cancelled AND ends_us <= :as_of)
              THEN '{Outcome.LOST_VOLUNTARY}'
         WHEN ended_cause = 'no_method'
              OR (ended_us IS NULL AND NOT carded AND ends_us + :window <= :as_of)
              THEN '{Outcome.LOST_NO_METHOD}'
         WHEN over_us <= :as_of THEN '{Outcome.LOST_PAYMENT}'
         WHEN cancel_set_us IS NOT NULL THEN '{Outcome.CANCELLING}'
         ELSE '{Outcome.RUNNING}' END
"""
OVER = """least(ends_us, ended_us) AS over_us,
               coalesce(cancel_set_us <= ends_us, false) AS was_cancelled"""
HOLDS = """since_us <= :as_of AND until_us > :as_of
               AND (cast(:source AS text) IS NULL OR (source = :source AND seen_us <= :as_of))"""
STORY = f"""
    story AS (
        SELECT *, started_us + :horizon <= :as_of AS is_old,
               coalesce(converted_us - started_us <= :horizon, false) AS has_converted,
               {OUTCOME} AS outcome,
               CASE WHEN played_us <= :as_of THEN played ELSE 'none' END AS first_played
        FROM held
    )
"""  # noqa: S608  # put together from names of our own
STORIES = f"""
    WITH held AS (
        SELECT *, {OVER} FROM trial_story
        WHERE {HOLDS} AND started_us >= :first AND started_us < :after
    ), {STORY}
"""  # noqa: S608  # put together from names of our own
# The same of some stretches of time only.
APART = f"""
    WITH held AS (
        SELECT told.* FROM unnest(cast(:starts AS bigint[]), cast(:ends AS bigint[])) AS gap (a, b)
        CROSS JOIN LATERAL (
            SELECT *, {OVER} FROM trial_story
            WHERE {HOLDS} AND started_us >= a AND started_us < b
            OFFSET 0
        ) AS told
    ), {STORY}
"""  # noqa: S608


def asked(
    *,
    as_of: datetime,
    within: Period,
    horizon: timedelta,
    window: timedelta = timedelta(),
    source: str | None = None,
) -> Asked:
    """What ``STORIES`` is to be told."""
    return {
        "as_of": us(as_of),
        "first": us(within.start),
        "after": us(within.end),
        "horizon": horizon // GRAIN,
        "window": window // GRAIN,
        "source": source,
    }


def listed(
    db: Session, given: Asked, as_of: datetime, where: str, length: int, **more: object
) -> Listed[Trial]:
    """The trials for which ``where`` holds, the earliest first; ``length`` is their number."""
    return Listed(length, partial(_trials, db, where, given, more, as_of))


def _trials(
    db: Session,
    where: str,
    given: Asked,
    more: Mapping[str, object],
    as_of: datetime,
    stretch: Stretch,
) -> Sequence[tuple[Key, Trial]]:
    query = f"{STORIES} SELECT owner, started_us, key FROM story WHERE {where}"  # noqa: S608
    rows = walked.read(db, query, {**given, **more}, stretch, at="started_us", name="key")
    known = _known(db, {row.owner for row in rows}, as_of)
    return [((row.started_us, row.key), known[row.key]) for row in rows]


def _known(db: Session, owners: set[str], as_of: datetime) -> dict[str, Trial]:
    """The trials of some owners by their keys, drawn from the facts."""
    known = owned.of(db, owners, as_of=as_of, kinds=reading.EVERY)
    every = (*trials.counted(known), *trials.marked_as_fraud(known))
    return {trial.start.key: trial for trial in every}
