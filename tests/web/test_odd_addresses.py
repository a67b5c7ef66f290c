"""Addresses that nobody is led to and anybody can type: each has a page, and none fails."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from tests import factories
from tests.web.desk import staff
from tests.web.forms import TOKEN, send

REPORTS = ("", "/conversion", "/films", "/revenue", "/origins", "/watching", "/people")
NUL = "a%00b"
NUMBER = re.compile("<int:[^>]+>")


@pytest.mark.usefixtures("today", "offer")
@pytest.mark.parametrize(
    "address",
    [
        *(f"/desk{report}?source={NUL}&film={NUL}" for report in REPORTS),
        *(f"/desk/{report}.csv?source={NUL}&film={NUL}" for report in ("conversion", "funnel")),
        f"/desk/find?q={NUL}",
        f"/desk/alarms?state={NUL}&kind={NUL}",
        f"/desk/audit?action={NUL}&actor={NUL}",
        f"/desk/events?state={NUL}&type={NUL}&about={NUL}",
        f"/desk/drift?state={NUL}",
        f"/desk/catalogue?status={NUL}&q={NUL}",
    ],
)
def test_what_no_database_stores_is_left_out_of_a_question(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], address: str
) -> None:
    reader = signed_in_as(staff(db, "admin"))

    assert reader.get(address).status_code < 500


def test_a_device_with_a_number_beyond_all_numbers_is_none(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    browser = signed_in_as(factories.member(db))

    answer = send(browser, "/account/devices", f"/account/devices/{10**25}/end")

    assert (answer.status_code, answer.location) == (303, "/account/devices")
    assert browser.get("/account/devices").status_code == 200


def test_a_player_whose_page_has_no_readable_address_leads_to_signing_in(
    client: FlaskClient,
) -> None:
    token = client.get("/account/sign-in").text.split('name="csrf_token"')[1].split('"')[3]

    answer = client.post(
        "/playback/none/beat", data={"csrf_token": token}, headers={"Referer": "http://["}
    )

    assert (answer.status_code, answer.location) == (303, "/account/sign-in")


@pytest.mark.usefixtures("today", "offer")
def test_a_number_beyond_all_numbers_fails_at_no_address(
    db: Session, site: Flask, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    factories.title(db, name="Wings", slug="wings")
    browser = signed_in_as(staff(db, "admin"))
    asked, found = {"reason": "x", "decision": "hide", "film": "wings"}, {}

    numbered = [
        (method, rule.rule, NUMBER.sub(str(10**25), rule.rule))
        for rule in site.url_map.iter_rules()
        for method in ("GET", "POST")
        if "<int:" in rule.rule and method in (rule.methods or ())
    ]
    token = TOKEN.search(browser.get("/desk/rows").text)
    assert token is not None
    for method, rule, address in numbered:
        given = re.sub("<any.*?>", "poster", re.sub("<(?!any)[^>]+>", "wings", address))
        sent = {"csrf_token": token[1], **asked} if method == "POST" else None
        found[method, rule] = browser.open(given, method=method, data=sent).status_code

    assert {where: code for where, code in found.items() if code >= 500} == {}
    assert len(found) > 20
