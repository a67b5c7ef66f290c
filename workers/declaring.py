"""Carries out what people declared by a form: each by itself, and counts what Stripe refuses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from billing import declarations
from billing.case_models import Termination, Withdrawal
from core import clock
from core.db import transaction
from workers.failures import FAILURES, REFUSALS

Kind = type[Termination] | type[Withdrawal]
log = logging.getLogger(__name__)


def each(
    kind: Kind,
    ids: Iterable[int],
    carry_out: Callable[[Session, int], None],
) -> None:
    """Do ``carry_out`` for every one of ``ids``, in a transaction of its own. What fails waits for
    the next time; what is refused does so a few times."""
    for row_id in ids:
        try:
            with transaction() as db:
                carry_out(db, row_id)
        except FAILURES as error:
            log.warning("declaration.waits", extra={"error": str(error)[:200]})
            if isinstance(error, REFUSALS):
                _note(kind, row_id, str(error)[:200])


def _note(kind: Kind, row_id: int, why: str) -> None:
    with transaction() as db:
        row = db.get_one(kind, row_id, with_for_update=True)
        assert isinstance(row, Termination | Withdrawal)
        declarations.refused(db, row, why, now=clock.now())
