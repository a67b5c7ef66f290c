"""While somebody works on the site, every page says until when, and machines are answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import settings
from tests.factories import NOW
from tests.web.reading import parsed, text_of

TOLD = "We are at work on this site until 22 November 2026, 12:30 UTC."


@pytest.fixture
def at_work(site: Flask, today: None) -> None:
    until = NOW + timedelta(minutes=30)
    settings.use(settings.current().model_copy(update={"maintenance_until": until}))


@pytest.mark.parametrize("address", ["/", "/nowhere", "/account/sign-in", "/desk"])
def test_every_page_says_until_when(at_work: None, client: FlaskClient, address: str) -> None:
    page = client.get(address)

    assert (page.status_code, page.headers["Retry-After"]) == (503, "1800")
    assert TOLD in text_of(page.text)
    assert "Content-Security-Policy" in page.headers
    parsed(page.text)


def test_what_is_sent_is_refused_as_well_and_machines_are_answered(
    at_work: None, client: FlaskClient
) -> None:
    statuses = [client.get(address).status_code for address in ("/healthz", "/readyz")]

    assert client.post("/account/sign-up").status_code == 503
    assert statuses == [200, 200]
    with client.get("/static/icon.svg") as icon:
        assert icon.status_code == 200
    assert client.post("/webhooks/stripe").status_code == 400


def test_the_site_opens_by_itself_when_the_instant_has_come(
    site: Flask, today: None, client: FlaskClient
) -> None:
    settings.use(settings.current().model_copy(update={"maintenance_until": NOW}))

    assert client.get("/").status_code == 200
