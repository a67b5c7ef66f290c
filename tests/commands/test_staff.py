"""Roles on the command line, where the first admin comes from."""

from __future__ import annotations

from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from billing.models import Audit
from commands.staff import staff
from tests import factories


def run(*words: str) -> Result:
    return CliRunner().invoke(staff, words)


def test_the_first_admin_is_made_with_a_reason_that_is_kept(db: Session) -> None:
    ada = factories.member(db, email="ada@example.org")

    made = run("set", "Ada@example.org", "--role", "admin", "--reason", "the first")
    listed = run("list").output
    left = run("set", "ada@example.org", "--reason", "leaves")

    assert made.output == "ada@example.org holds admin from now on.\n"
    assert listed == "ada@example.org  admin\n"
    assert left.output == "ada@example.org holds no role from now on.\n"
    kept = db.query(Audit).filter_by(action="roles.changed").order_by(Audit.id).all()
    assert [(row.member_id, row.reason, row.after) for row in kept] == [
        (ada.id, "the first", {"roles": ["admin"]}),
        (ada.id, "leaves", {"roles": []}),
    ]
    assert {row.actor.partition(":")[0] for row in kept} == {"command line"}


def test_an_address_that_nobody_has_is_to_sign_up_first(db: Session) -> None:
    refused = run("set", "eve@example.org", "--role", "admin", "--reason", "the first")

    assert refused.exit_code == 1
    assert "sign up with it on the site first" in refused.output
