"""Tries to sign in are kept; and what is kept in the audit stays as it is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from accounts import passwords, sign_up
from billing import audit
from billing.models import Audit
from tests.factories import NOW
from tests.web.forms import send

PASSWORD = "a few long words here"

pytestmark = pytest.mark.usefixtures("today", "offer")


def kept(db: Session) -> list[tuple[str, int | None, str]]:
    rows = db.scalars(select(Audit).where(Audit.action.startswith("signin.")).order_by(Audit.id))
    return [(row.action, row.member_id, row.network) for row in rows]


def test_a_sign_in_is_kept_whether_it_worked_or_not(db: Session, client: FlaskClient) -> None:
    ana = sign_up.member(db, "ana@example.org", passwords.hashed(PASSWORD), now=NOW)
    page = "/account/sign-in"

    for address, password in (
        ("ana@example.org", "wrong"),
        ("nobody@example.org", PASSWORD),
        ("ana@example.org", PASSWORD),
    ):
        send(client, page, email=address, password=password)

    assert kept(db) == [
        ("signin.failed", ana.id, "127.0.0.0"),
        ("signin.failed", None, "127.0.0.0"),
        ("signin.ok", ana.id, "127.0.0.0"),
    ]
    assert "nobody@example.org" not in str([vars(row) for row in db.scalars(select(Audit))])


@pytest.mark.parametrize(
    "change",
    [update(Audit).values(reason="other"), delete(Audit), text("truncate audit")],
    ids=["update", "delete", "truncate"],
)
def test_the_database_refuses_to_change_what_the_audit_has(db: Session, change: object) -> None:
    audit.note(db, now=NOW, actor="operator:1", action="payment.refund", reason="asked")
    db.flush()

    with pytest.raises(DBAPIError, match="never changed or removed"):
        db.execute(change)  # type: ignore[call-overload]  # any of the three
