"""The list behind a number takes as many queries for fifty people as for three and for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member, Visitor
from reports import facts, keeping
from tests import factories
from tests.factories import NOW
from tests.queries import counted
from tests.web.desk import cells, link_to
from tests.web.test_desk import PAST, with_role
from web.desk import desk

LISTS = (
    "report=funnel&row=0&cell=people",
    "report=conversion&row=all&cell=starts",
    "report=films&row=all&cell=starts",
    "report=watching&row=all&cell=viewers",
)


def came(db: Session, number: int) -> None:
    """Somebody who looks at a film, tries, and watches."""
    film, member = factories.title(db, name=f"Film {number}"), factories.member(db)
    at = NOW - timedelta(days=60, minutes=number)
    visitor = Visitor(token_hash=str(number), first_seen_at=at, member_id=member.id, joined_at=at)
    db.add(visitor)
    db.flush()
    facts.record(db, "visit", str(number), at=at, now=NOW, visitor_id=visitor.id, title_id=film.id)
    ends = (at + timedelta(days=30)).isoformat()
    for kind, data in (("trial", {"trial_ends_at": ends}), ("play", {"seconds": 600})):
        own = {"member_id": member.id, "title_id": film.id}
        facts.record(db, kind, str(number), at=at, now=NOW, data=data, **own)


@pytest.mark.parametrize("asked", LISTS)
def test_a_list_takes_as_many_queries_for_fifty_people_as_for_one(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], asked: str
) -> None:
    reader = signed_in_as(with_role(db, "viewer"))
    reader.get(f"/desk/people?{PAST}&{asked}")  # the first page of a session asks a little more
    queries: dict[int, int] = {}
    for people, more in ((1, range(1)), (3, range(1, 3)), (50, range(3, 50))):
        for number in more:
            came(db, number)
        keeping.catch_up(db)
        db.expire_all()
        with counted(db) as statements:
            page = reader.get(f"/desk/people?{PAST}&{asked}").text
        assert f"{people} in this list" in page
        queries[people] = len(statements)

    assert queries[1] == queries[3] == queries[50]


def test_a_long_list_is_walked_by_key_and_a_typed_page_is_walked_to(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a list of five people, two on a page
    monkeypatch.setattr(desk, "A_PAGE", 2)
    reader = signed_in_as(with_role(db, "viewer"))
    for number in range(5):
        came(db, number)
    keeping.catch_up(db)
    first = f"/desk/people?{PAST}&report=conversion&row=all&cell=starts"

    # when its pages are walked to the end and back
    seen, address = [], first
    while address:
        page = reader.get(address).text
        seen.append(cells(page, "Film "))
        address = link_to(page, "next")
    back: list[list[str]] = []
    address = link_to(page, "prev")
    while address:
        page = reader.get(address).text
        back.insert(0, cells(page, "Film "))
        address = link_to(page, "prev")

    # then nobody is left out or told twice, and a number alone gives the same page
    assert seen == [["Film 4", "Film 3"], ["Film 2", "Film 1"], ["Film 0"]]
    assert back == seen[:2]
    assert "near=" in link_to(reader.get(first).text, "next")
    assert cells(reader.get(f"{first}&page=2").text, "Film ") == seen[1]


@pytest.mark.parametrize(
    "near", ["", "0.1.x", "1.x.y", "7", "1.99999999999999999999.x", "1.5.a%00"]
)
def test_a_key_that_is_none_is_left_out(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], near: str
) -> None:
    came(db, 1)
    keeping.catch_up(db)
    reader = signed_in_as(with_role(db, "viewer"))
    asked = f"{PAST}&report=conversion&row=all&cell=starts&near={near}"

    assert cells(reader.get(f"/desk/people?{asked}").text, "Film ") == ["Film 1"]
