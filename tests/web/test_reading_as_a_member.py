"""A page that only reads is told who reads it by one question, and hears of every end at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from access.models import Entitlement, WatchProgress
from accounts import sessions
from accounts.models import Member, SignInSession
from catalog.models import Title
from core import clock, db
from tests import factories
from tests.web.desk import staff
from tests.web.kept_site import Site, signed_in, site

__all__ = ["site"]
FILM = "/film/one"
Change = Callable[[Session, int], object]


def _subscriber(session: Session) -> Member:
    """Somebody who is half through the film."""
    made, now = factories.member(session), clock.now()
    later = now + timedelta(days=20)
    factories.subscription(session, made, status="active", period_ends_at=later)
    factories.entitlement(session, made, later)
    film = session.query(Title).filter_by(slug="one").one()
    begun = {"member_id": made.id, "title_id": film.id, "position_seconds": 60}
    session.add(WatchProgress(**begun, updated_at=now))
    return made


def _signed_in(make: Callable[[Session], Member]) -> tuple[int, str]:
    """The number of a new member and the cookie of their browser."""
    with db.transaction() as session:
        made = make(session)
        return made.id, signed_in(session, made)


def _end_session(session: Session, member_id: int) -> None:
    sessions.end_all(session, member_id)


def _lock(session: Session, member_id: int) -> None:
    session.get_one(Member, member_id).active = False


def _change_password(session: Session, member_id: int) -> None:
    session.get_one(Member, member_id).fs_uniquifier = "another-name"


@pytest.mark.parametrize("end", [_end_session, _lock, _change_password])
def test_a_member_who_was_signed_out_reads_the_next_page_as_a_visitor(
    site: Site, end: Change
) -> None:
    member_id, cookie = _signed_in(_subscriber)
    before = site.get(FILM, Cookie=cookie).text

    with db.transaction() as session:
        end(session, member_id)
    after = site.get(FILM, Cookie=cookie).text

    assert ("Resume at 1:00" in before, "Your account" in before) == (True, True)
    assert ("Resume at" in after, "Your account" in after) == (False, False)
    assert "Sign in" in after


def test_whose_entitlement_ended_is_shown_no_way_in_on_the_next_page(site: Site) -> None:
    member_id, cookie = _signed_in(_subscriber)
    before = site.get(FILM, Cookie=cookie).text

    with db.transaction() as session:
        session.query(Entitlement).filter_by(member_id=member_id).one().until = clock.now()
    after = site.get(FILM, Cookie=cookie).text

    assert ("Resume at 1:00" in before, "Resume at" in after) == (True, False)
    assert "opens no film just now" in after


@pytest.mark.usefixtures("fresh_database")
def test_staff_with_several_roles_are_found_with_each() -> None:
    with db.transaction() as session:
        token = signed_in(session, staff(session, "finance", "support")).removeprefix("session=")

    with db.single() as session:
        found = sessions.find(session, token, now=clock.now())

        assert found is not None
        assert found.member is not None
        assert {role.name for role in found.member.roles} == {"finance", "support"}


def test_staff_who_did_nothing_for_long_are_signed_out_on_pages_that_read(site: Site) -> None:
    _, cookie = _signed_in(lambda session: staff(session, "operator"))
    token = cookie.removeprefix("session=")
    before = site.get(FILM, Cookie=cookie).text

    with db.transaction() as session:
        found = session.query(SignInSession)
        row = found.filter_by(token_hash=sessions.hashed(token)).one()
        row.last_seen_at -= sessions.OPERATOR_IDLE + timedelta(minutes=1)
    after = site.get(FILM, Cookie=cookie).text

    assert (">Desk</a>" in before, ">Desk</a>" in after) == (True, False)


def _asked(site: Site, cookie: str) -> list[str]:
    """What the film page asks the database once its parts are kept."""
    site.get(FILM, Cookie=cookie)
    asked: list[str] = []
    bind = db.session().get_bind()

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    try:
        site.get(FILM, Cookie=cookie)
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return asked


def test_a_subscribers_film_page_asks_who_reads_it_and_what_is_theirs(site: Site) -> None:
    _, cookie = _signed_in(_subscriber)

    asked = _asked(site, cookie)

    assert len(asked) == 2
    assert ["sign_in_session" in asked[0], "entitlement" in asked[1]] == [True, True]
