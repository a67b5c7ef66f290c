"""The days of trials that a report takes whole, and what is left to be read trial by trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from reports.gaps import between
from reports.ready_stories import Asked
from reports.spans import DAY_US

IS_OLD = f"everybody.day_us + {DAY_US} + :horizon <= :as_of"
IS_YOUNG = "everybody.day_us + :horizon > :as_of"


def query(columns: str, where: str) -> TextClause:
    """Asks for ``columns`` of the days that lie inside the period, of which nothing is due and all
    that is told had happened, and for which ``where`` holds. A day on which nobody of the asked
    source began a trial has a row as well: nothing of it has to be read."""
    return text(
        f"""
        SELECT everybody.day_us, {columns}
        FROM trial_day AS everybody
        LEFT JOIN trial_day AS kept
               ON kept.day_us = everybody.day_us AND kept.source = coalesce(:source, '')
              AND kept.every = (cast(:source AS text) IS NULL)
        WHERE everybody.every AND everybody.day_us >= :first
          AND everybody.day_us + {DAY_US} <= :after AND everybody.settled_us <= :as_of
          AND NOT EXISTS (SELECT FROM trial_day_due AS due WHERE due.day_us = everybody.day_us)
          AND {where}
        ORDER BY everybody.day_us
        """  # noqa: S608  # put together from names of our own
    )


def parted(db: Session, whole: TextClause, given: Asked) -> tuple[Sequence[Row[Any]], Asked]:
    """The days that are taken whole, and ``given`` with the stretches between them."""
    days = db.execute(whole, given).all()
    gaps = between([row.day_us for row in days], given["first"], given["after"])
    stretches = {"starts": [start for start, _ in gaps], "ends": [end for _, end in gaps]}
    return [row for row in days if row.starts is not None], {**given, **stretches}
