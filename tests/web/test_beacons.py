"""What browsers report is kept before it is answered, a batch at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Visitor
from billing.models import Offer
from core import clock
from core import db as core_db
from reports import reading
from reports.models import Fact
from reports.records import Visit
from tests import factories, sites
from tests.factories import NOW
from tests.queries import counted


def batch(*ids: str) -> dict[str, Any]:
    kinds = ("visit", "cta_seen", "cta_click")
    return {
        "events": [
            {"kind": kind, "id": f"{kind}-{name}", "film": ""} for name in ids for kind in kinds
        ]
    }


def kept(database: str) -> int:
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT count(*) FROM fact").fetchone()
    return found[0] if found else 0


def test_an_answered_batch_is_already_kept(fresh_database: str) -> None:
    answer = sites.made().test_client().post("/events", json=batch("one", "two"))

    assert (answer.status_code, kept(fresh_database)) == (204, 6)


def test_a_batch_that_cannot_be_kept_is_not_answered_as_if_it_were(fresh_database: str) -> None:
    # given a database that is restarted just before the batch is committed
    client = sites.made().test_client()

    def cut_off(session: Session) -> None:
        pid = session.connection().connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]  # psycopg's
        with psycopg.connect(fresh_database, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    # when the browser sends it, is refused, and sends the same batch again
    event.listen(core_db.Sessions, "before_commit", cut_off, once=True)
    refused = client.post("/events", json=batch("one"))
    between = kept(fresh_database)
    again = client.post("/events", json=batch("one"))

    # then nothing was kept of the first try, and all of it of the second
    assert (refused.status_code >= 500, between) == (True, 0)
    assert (again.status_code, kept(fresh_database)) == (204, 3)


def test_a_large_batch_costs_as_many_queries_as_a_small_one(
    db: Session, client: FlaskClient
) -> None:
    client.post("/events", json=batch("zero"))  # the browser has a name from here on
    asked: list[int] = []
    for names in (["one"], ["two", "three", "four"]):
        with counted(db) as statements:
            client.post("/events", json=batch(*names))
        asked.append(len(statements))

    assert asked[0] == asked[1]
    assert len(db.scalars(select(Fact.id)).all()) == 15


ODD = (
    {"source": "news\x00letter"},
    {"campaign": "\ud800"},
    {"events": [{"kind": "visit", "id": "odd-film", "film": "\ud800\x00"}]},
    {"events": [{"kind": ["visit"], "id": "odd-kind", "film": ""}]},
    {"events": [{"kind": {}, "id": "odd-kind", "film": ""}]},
)


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_cost_nothing_of_a_batch_but_themselves(
    db: Session, client: FlaskClient, odd: dict[str, Any]
) -> None:
    told = batch("sound-one")
    told = {**told, **odd, "events": [*odd.get("events", []), *told["events"]]}

    answer = client.post("/events", json=told)

    assert answer.status_code == 204
    found = set(db.scalars(select(Fact.key)))
    assert {key.partition(":")[2] for key in found} >= {"visit-sound-one", "cta_seen-sound-one"}


@pytest.mark.parametrize("nonsense", ["[" * 100_000, '{"events":' * 50_000, "{", "[1]", "\xff"])
def test_what_cannot_be_read_is_answered_and_left_out(client: FlaskClient, nonsense: str) -> None:
    assert client.post("/events", data=nonsense).status_code == 204


@pytest.mark.parametrize("origin", ["http://[bad", "https://evil.example", "null"])
def test_an_origin_that_is_not_ours_is_refused(client: FlaskClient, origin: str) -> None:
    answer = client.post("/events", json=batch("one-two-three"), headers={"Origin": origin})

    assert answer.status_code == 403


def test_an_offer_whose_code_cannot_be_kept_is_not_found(client: FlaskClient) -> None:
    assert client.get("/offer/%00").status_code == 404


def test_each_visit_keeps_the_link_that_led_to_it(db: Session, client: FlaskClient) -> None:
    for name, link in (("one", {"source": "radio", "campaign": "july"}), ("two", {})):
        event = {"kind": "visit", "id": f"visit-{name}", "film": ""}
        client.post("/events", json={"events": [event], **link})

    visits = reading.known(db, as_of=clock.now()).of(Visit)
    assert [(one.via, one.campaign) for one in visits] == [("radio", "july"), (None, None)]


def test_events_of_one_batch_keep_the_time_between_them(db: Session, client: FlaskClient) -> None:
    ages: list[Any] = [1500, 0.4, 900_000, 900_001, -1, "9", None, float("nan"), 10**400]
    events = [
        {"kind": "visit", "id": f"visit-{place:03}", "film": "", "ago": ago}
        for place, ago in enumerate(ages)
    ]

    with time_machine.travel(NOW, tick=False):
        client.post("/events", json={"events": events})

    found = [NOW - at for at in db.scalars(select(Fact.at).order_by(Fact.key))]
    told = [1_500_000, 400, 900_000_000]
    assert found == [timedelta(microseconds=one) for one in told] + [timedelta()] * 6


@pytest.mark.parametrize("first", ["beacon", "next page"])
def test_what_leaves_a_new_browser_together_is_of_one_visitor(
    db: Session, site: Flask, offer: Offer, first: str
) -> None:
    # given a press of the button two seconds after the first page, before there is a cookie
    film, page = factories.title(db, name="Wings"), "0a" * 16
    events = [{"kind": kind, "id": page, "film": film.slug} for kind in ("visit", "cta_click")]
    beacon = {"events": events, "source": "radio", "campaign": "july"}

    def tell() -> TestResponse:
        return site.test_client().post("/events", json=beacon)

    def follow() -> TestResponse:
        return site.test_client().get(f"/trial?film=wings&press={page}")

    # when the beacon and the request of the next page arrive, one of them first
    with time_machine.travel(NOW, tick=False):
        ways = (tell, follow) if first == "beacon" else (follow, tell)
        names = {way().headers["Set-Cookie"].partition(";")[0] for way in ways}

    # then both name the browser alike, and everything is counted once
    [visitor] = db.scalars(select(Visitor))
    assert len(names) == 1
    assert (visitor.source, visitor.campaign) == ("radio", "july")
    kinds = db.execute(select(Fact.kind, Fact.visitor_id).order_by(Fact.kind)).all()
    steps = ("cta_click", "cta_seen", "visit")  # who pressed the button has seen it
    assert [tuple(one) for one in kinds] == [(step, visitor.id) for step in steps]

    # and whoever is sent that address later is somebody else
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert follow().headers["Set-Cookie"].partition(";")[0] not in names


@pytest.mark.parametrize(
    ("method", "headers"), [("HEAD", {}), ("GET", {"Sec-Purpose": "prefetch;prerender"})]
)
def test_a_look_whether_a_link_answers_is_no_press(
    db: Session, client: FlaskClient, offer: Offer, method: str, headers: dict[str, str]
) -> None:
    factories.title(db, name="Wings")

    answer = client.open("/trial?film=wings", method=method, headers=headers)

    assert answer.status_code == 303
    assert db.scalars(select(Fact)).all() == []
    client.get("/trial?film=wings")
    assert db.scalars(select(Fact)).all() != []


def test_a_known_browser_that_presses_has_seen_what_nothing_told_of(
    db: Session, client: FlaskClient, offer: Offer
) -> None:
    # given a browser with a name, which presses the button of one film before a second has passed
    films = [factories.title(db, name=name) for name in ("Wings", "Kid")]
    client.post("/events", json={"events": [{"kind": "visit", "id": "first-one", "film": ""}]})
    events = [{"kind": kind, "id": "a" * 32, "film": "wings"} for kind in ("visit", "cta_click")]
    client.post("/events", json={"events": events})

    # when it presses that of another without a script, and once more
    for _ in "ab":
        client.get("/trial?film=kid")

    # then it has come by every step on both, once
    found = db.execute(select(Fact.title_id, Fact.kind).where(Fact.title_id.is_not(None)))
    steps = sorted(tuple(one) for one in found)
    before = [(film.id, step) for film in films for step in ("cta_seen", "visit")]
    assert [one for one in steps if one[1] != "cta_click"] == before
    assert len(steps) == len(before) + 3


@pytest.mark.parametrize(("seconds", "source"), [(5, "radio"), (65, None)])
def test_a_link_names_where_a_browser_came_from_only_at_its_first_page(
    db: Session, client: FlaskClient, seconds: int, source: str | None
) -> None:
    visit = {"events": [{"kind": "visit", "id": "visit-one", "film": ""}]}
    with time_machine.travel(NOW, tick=False):
        client.post("/events", json=visit)

    for later, link in ((seconds, "radio"), (seconds + 1, "papers")):
        with time_machine.travel(NOW + timedelta(seconds=later), tick=False):
            client.post("/events", json={**visit, "source": link})

    assert db.scalars(select(Visitor.source)).all() == [source]
