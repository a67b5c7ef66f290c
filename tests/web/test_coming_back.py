"""Somebody with an older account comes back by an offer, and the funnel sees them pass."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords, sign_up
from accounts.models import Visitor
from reports import reading
from reports.records import AccountMade, Visit
from tests.factories import NOW
from tests.reports.stories import at

PASSWORD = "a long enough pass phrase"


def test_a_browser_is_joined_to_an_older_account_at_the_sign_in(
    db: Session, client: FlaskClient
) -> None:
    # given an account that was made without a page of ours, and a browser that looked at a film
    made = at("07-01 10:00")
    ada = sign_up.member(db, "ada@example.org", passwords.hashed(PASSWORD), now=made)
    client.post("/events", json={"events": [{"kind": "visit", "id": "visit-001", "film": ""}]})

    # when she signs in with it
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    form = {"email": "ada@example.org", "password": PASSWORD, "csrf_token": token and token[1]}
    answer = client.post("/account/sign-in", data=form)

    # then the browser's looks are hers, and her account is as old as it is
    assert answer.status_code == 302
    assert db.scalars(select(Visitor.member_id)).all() == [ada.id]
    known = reading.known(db, as_of=max(NOW, db.scalars(select(Visitor.joined_at)).one() or NOW))
    assert [a.at for a in known.of(AccountMade)] == [made]
    assert [v.person for v in known.of(Visit)] == [f"member:{ada.id}"]
