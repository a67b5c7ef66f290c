"""The catalogue at the desk when several editors send their forms at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from time import monotonic

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from accounts import sessions
from billing.models import Audit
from catalog import editing
from catalog.models import Collection, Title
from core import clock
from core.db import transaction
from tests import factories, sites
from tests.web import desk
from tests.web.forms import TOKEN
from tests.web.test_desk_catalogue import facts

EDITORS, PATIENCE = 4, 20
WAITING = """
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
"""


@pytest.fixture
def film(fresh_database: str) -> int:
    """The number of a film that several editors have open."""
    with transaction() as db:
        return factories.title(db, name="Wings", slug="wings").id


@pytest.fixture
def editors(film: int) -> list[FlaskClient]:
    """Their browsers."""
    site, browsers = sites.made(), []
    with transaction() as db:
        for _ in range(EDITORS):
            token, name = sessions.new_token(), desk.staff(db, "admin").fs_uniquifier
            data = {"_user_id": name, "_fresh": True}
            sessions.keep(db, token, data, fs_uniquifier=name, device="", now=clock.now())
            browsers.append(site.test_client())
            browsers[-1].set_cookie("session", token)
    return browsers


def at_once(film: int, sends: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Their answers, where each is held up at the film until all of them are."""
    with ThreadPoolExecutor(len(sends)) as pool:
        with transaction() as db:
            db.execute(select(Title.id).where(Title.id == film).with_for_update())
            answers = [pool.submit(send) for send in sends]
            _until_waiting(len(sends))
        return [answer.result() for answer in answers]


def _until_waiting(many: int) -> None:
    until = monotonic() + PATIENCE
    while _waiting() < many:
        assert monotonic() < until, "not all of them have come so far"


def _waiting() -> int:
    with transaction() as db:
        return db.scalar(text(WAITING)) or 0


def token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None
    return unescape(found[1])


def test_of_editors_who_save_at_the_same_moment_one_does_and_the_others_are_told(
    film: int, editors: list[FlaskClient]
) -> None:
    # given four who have opened the form of a film
    address = f"/desk/catalogue/{film}"
    with transaction() as db:
        seen = editing.fingerprint(editing.by_id(db, film))

    def form(number: int) -> Callable[[], TestResponse]:
        said = facts(seen=seen, synopsis=f"Story {number}.", reason=f"Editor {number}")
        said["csrf_token"] = token(editors[number].get(address).text)
        return lambda: editors[number].post(address, data=said)

    # when all of them save
    answers = at_once(film, [form(number) for number in range(EDITORS)])

    # then what the one wrote stands, and nobody believes to have saved what is lost
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    (first,) = [at for at, answer in enumerate(answers) if answer.status_code == 303]
    for number, answer in enumerate(answers):
        told = "was changed after you opened this page" in answer.text
        assert told is (number != first)
        assert f"Story {number}." in answer.text or number == first
    with transaction() as db:
        assert db.get_one(Title, film).synopsis == f"Story {first}."
        assert db.scalars(select(Audit.reason)).all() == [f"Editor {first}"]


def test_what_the_audit_says_of_two_who_publish_and_withdraw_at_once_is_one_story(
    film: int, editors: list[FlaskClient]
) -> None:
    address = f"/desk/catalogue/{film}"

    def form(number: int, status: str) -> Callable[[], TestResponse]:
        said = {"status": status, "reason": "Rights"}
        said["csrf_token"] = token(editors[number].get(address).text)
        return lambda: editors[number].post(f"{address}/status", data=said)

    at_once(film, [form(0, "withdrawn"), form(1, "draft")])

    with transaction() as db:
        first, second = db.scalars(select(Audit).order_by(Audit.id))
        assert first.before["status"] == "published"
        assert second.before["status"] == first.after["status"]
        assert second.after["status"] == db.get_one(Title, film).status


def test_of_two_films_that_are_given_the_same_address_at_once_one_gets_it(
    film: int, editors: list[FlaskClient]
) -> None:
    # given two films whose editors both want an address that is free
    with transaction() as db:
        other = factories.title(db, name="Sunrise", slug="sunrise").id

    def form(number: int, title: int, name: str) -> Callable[[], TestResponse]:
        address = f"/desk/catalogue/{title}"
        said = facts(name=name, slug="the-best", reason="A better one")
        said["csrf_token"] = token(editors[number].get(address).text)
        return lambda: editors[number].post(address, data=said)

    # when both save while a third move is not over yet
    sends = [form(0, film, "Wings"), form(1, other, "Sunrise")]
    with ThreadPoolExecutor(len(sends)) as pool:
        with transaction() as db:
            db.execute(select(func.pg_advisory_xact_lock(editing.ONE_MOVES)))
            answers = [pool.submit(send) for send in sends]
            _until_waiting(len(sends))
        codes = [answer.result().status_code for answer in answers]

    # then one has it, and the other is told that it is taken
    assert sorted(codes) == [303, 409]
    with transaction() as db:
        moved = db.scalars(select(Title.id).where(Title.slug == "the-best")).one()
    assert moved == (film, other)[codes.index(303)]


def test_two_who_put_rows_in_their_place_at_once_both_do(
    fresh_database: str, editors: list[FlaskClient]
) -> None:
    # given two rows, of which each is to take the other's place
    with transaction() as db:
        rows = [
            factories.collection(db, name, [], position=at).id for at, name in enumerate("AB", 1)
        ]

    def form(number: int) -> Callable[[], TestResponse]:
        address = f"/desk/rows/{rows[number]}"
        said = {"name": "AB"[number], "place": str(2 - number), "reason": "A better order"}
        said["csrf_token"] = token(editors[number].get(address).text)
        return lambda: editors[number].post(address, data=said)

    # when both save at the moment in which a third is done with the rows
    sends = [form(0), form(1)]
    with ThreadPoolExecutor(len(sends)) as pool:
        with transaction() as db:
            db.execute(select(Collection.id).with_for_update())
            answers = [pool.submit(send) for send in sends]
            _until_waiting(len(sends))
        codes = [answer.result().status_code for answer in answers]

    # then neither has to try again
    assert codes == [303, 303]


def test_of_two_who_make_the_same_row_at_once_one_does_and_the_other_reads_so(
    fresh_database: str, editors: list[FlaskClient]
) -> None:
    address = "/desk/rows"

    def form(number: int) -> Callable[[], TestResponse]:
        said = {"name": "New", "csrf_token": token(editors[number].get(address).text)}
        return lambda: editors[number].post(address, data=said)

    # when an import that brings it too is not over yet, and ends without
    sends = [form(0), form(1)]
    with ThreadPoolExecutor(len(sends)) as pool:
        with transaction() as db:
            made = factories.collection(db, "New", [])
            answers = [pool.submit(send) for send in sends]
            _until_waiting(len(sends))
            db.delete(made)
        codes = [answer.result().status_code for answer in answers]

    assert sorted(codes) == [303, 422]
