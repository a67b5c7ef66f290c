"""What may go wrong at one thing without holding up the others that a task does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from billing.gateway import StripeRefused, StripeUnavailable
from core.db import transaction

log = logging.getLogger(__name__)

One = TypeVar("One")

REFUSALS = (
    StripeRefused,
    *(LookupError, ValueError, TypeError, AttributeError),  # an object of a shape not foreseen
)
FAILURES = (StripeUnavailable, SQLAlchemyError, *REFUSALS)


def each(ids: Iterable[One], act: Callable[[Session, One], object], *, failed: str) -> None:
    """Do ``act`` for every one of ``ids``, in a transaction of its own. What fails is logged as
    ``failed`` and waits for the next time."""
    for one in ids:
        try:
            with transaction() as db:
                act(db, one)
        except FAILURES as error:
            log.error(failed, extra={"error": str(error)[:200]})
