"""What Stripe refuses of what people declared: counted, and handed to a person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from billing import alarms, declarations, terminations, withdrawals
from billing.case_models import Withdrawal
from tests import factories
from tests.factories import NOW


def declared(db: Session) -> Withdrawal:
    """A withdrawal that somebody who is proved has declared."""
    ada = factories.member(db, email="ada@example.org")
    row = withdrawals.declare(db, name="Ada", email=ada.email, contract="", by=ada, now=NOW)
    row.state = "proved"
    db.flush()
    return row


def test_the_tries_of_two_workers_at_one_time_count_once(db: Session) -> None:
    row = declared(db)

    for _ in range(declarations.MOST):
        declarations.refused(db, row, "no", now=NOW)

    assert (row.refusals, alarms.waiting(db)) == (1, [])


def test_a_refused_try_is_made_again_in_an_hour_and_the_fifth_calls_a_person(db: Session) -> None:
    row, due = declared(db), []

    for number in range(declarations.MOST):
        now = NOW + number * declarations.PAUSE
        due.append(withdrawals.unheard(db, now=now))
        declarations.refused(db, row, "the key may only read", now=now)
        db.flush()
        due.append(withdrawals.unheard(db, now=now + timedelta(minutes=59)))

    assert due == [[row.id], []] * declarations.MOST
    assert withdrawals.unheard(db, now=NOW + timedelta(days=99)) == []
    assert terminations.waiting(db, now=NOW) == []
    [alarm] = alarms.waiting(db)
    assert alarm.text == f"Stripe refused it 5 times: the key may only read {row.text}"
