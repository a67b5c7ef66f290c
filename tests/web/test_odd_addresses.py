"""Addresses that nobody is led to and anybody can type: each has a page, and none fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from tests import factories
from tests.web.desk import staff
from tests.web.forms import send

REPORTS = ("", "/conversion", "/films", "/revenue", "/origins", "/watching", "/people")
NUL = "a%00b"


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
