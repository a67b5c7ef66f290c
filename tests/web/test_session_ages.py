"""How long a browser stays signed in: while it is used, and never beyond an age of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import Member
from tests.factories import NOW
from tests.web.desk import staff

A_MINUTE = timedelta(minutes=1)
OPEN, OVER = 200, 303


@pytest.mark.usefixtures("today", "offer")
@pytest.mark.parametrize(
    ("roles", "begun", "seen", "status"),
    [
        ((), timedelta(days=90), A_MINUTE, OPEN),
        ((), timedelta(days=90) + A_MINUTE, A_MINUTE, OVER),
        ((), timedelta(days=60), timedelta(days=30), OPEN),
        ((), timedelta(days=60), timedelta(days=30) + A_MINUTE, OVER),
        (("operator",), timedelta(hours=12), A_MINUTE, OPEN),
        (("operator",), timedelta(hours=12) + A_MINUTE, A_MINUTE, OVER),
        (("operator",), timedelta(hours=6), timedelta(minutes=30), OPEN),
        (("operator",), timedelta(hours=6), timedelta(minutes=31), OVER),
    ],
)
def test_a_browser_is_signed_out_at_its_age_however_often_it_is_used(
    db: Session,
    signed_in_as: Callable[[Member], FlaskClient],
    roles: tuple[str, ...],
    begun: timedelta,
    seen: timedelta,
    status: int,
) -> None:
    # given a browser in which somebody signed in, and one in which they were seen last
    member = staff(db, *roles)
    browser = signed_in_as(member)
    [row] = sessions.of_member(db, member.id)
    row.created_at, row.last_seen_at = NOW - begun, NOW - seen
    db.flush()

    # when they ask for a page of their own
    answer = browser.get("/account")

    # then it is shown, or they sign in again
    assert answer.status_code == status
