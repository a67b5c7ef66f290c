"""How a member has pages shown: theme, contrast, motion, zone and country."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog import encoding
from tests import factories
from tests.web.reading import parsed, text_of

AS_THE_DEVICE = dict.fromkeys(("theme", "contrast", "motion"), "system")
STYLES = Path(__file__).resolve().parents[2] / "web" / "static" / "css"

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def ada(db: Session) -> Member:
    return factories.member(db)


@pytest.fixture
def client_of_ada(ada: Member, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    client = signed_in_as(ada)
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"theme": "dark"}, ' data-theme="dark"'),
        ({"theme": "light", "motion": "full"}, ' data-theme="light" data-motion="full"'),
        ({"contrast": "more", "motion": "none"}, ' data-contrast="more" data-motion="none"'),
        ({}, ""),
    ],
)
def test_the_look_that_a_member_chose_stands_on_every_page(
    client_of_ada: FlaskClient, chosen: dict[str, str], said: str
) -> None:
    client_of_ada.post("/account/profile/look", data=AS_THE_DEVICE | chosen)
    assert 'role="status"><p>Pages look so from now on.</p>' in client_of_ada.get("/account").text

    for address in ("/", "/browse", "/account/profile"):
        page = client_of_ada.get(address).text
        assert f'<html lang="en"{said}>' in page
        parsed(page)
    for value in chosen.values():
        assert f'<option value="{value}" selected>' in page


def test_a_visitor_has_the_theme_of_the_device(client: FlaskClient) -> None:
    page = client.get("/").text

    assert '<html lang="en">' in page
    assert '<meta name="color-scheme" content="light dark">' in page


def test_a_look_or_country_that_there_is_not_is_refused_and_changes_nothing(
    ada: Member, client_of_ada: FlaskClient
) -> None:
    plaid, half = AS_THE_DEVICE | {"theme": "plaid"}, {"theme": "dark", "contrast": "more"}
    answers = [
        client_of_ada.post("/account/profile/look", data=plaid),
        client_of_ada.post("/account/profile/look", data=half),
        client_of_ada.post("/account/profile", data={"zone": "UTC", "territory": "XX"}),
        client_of_ada.post("/account/profile/captions", data={"captions": "loud"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert (ada.theme, ada.contrast, ada.territory, ada.captions) == (*["system"] * 2, None, False)


def test_films_begin_with_captions_for_whoever_says_so_once(
    db: Session, ada: Member, client_of_ada: FlaskClient
) -> None:
    film = factories.title(
        db, name="Wings", video_id=factories.video(db, captions=encoding.captions()).id
    )
    factories.entitlement(db, ada, factories.NOW + timedelta(days=365))
    tracks = re.compile(r"<track [^>]*>")
    before = tracks.findall(client_of_ada.get(f"/watch/{film.slug}").text)

    client_of_ada.post("/account/profile/captions", data={"captions": "on"})

    assert '<option value="on" selected>' in client_of_ada.get("/account/profile").text
    after = tracks.findall(client_of_ada.get(f"/watch/{film.slug}").text)
    assert len(before) == 2 and not any(" default" in one for one in before)
    assert [" default" in one for one in after] == [True, False]


def test_the_country_that_a_member_chose_brings_its_offer(
    db: Session, client_of_ada: FlaskClient
) -> None:
    factories.offer(db, territories=["GB"])
    factories.offer(db, code="yen", currency="jpy", amount_minor=900, territories=["JP"])
    assert "£6.99" in text_of(client_of_ada.get("/").text)

    client_of_ada.post("/account/profile", data={"zone": "Asia/Tokyo", "territory": "JP"})

    said = text_of(client_of_ada.get("/").text)
    assert "¥900 a month" in said
    assert "£6.99" not in said


@pytest.mark.parametrize(
    ("device", "chosen", "ground", "pace"),
    [
        ({"color_scheme": "light"}, {}, "rgb(251, 247, 240)", "0.15s"),
        ({"color_scheme": "light"}, {"theme": "dark"}, "rgb(21, 16, 19)", "0.15s"),
        ({"color_scheme": "dark"}, {"theme": "light"}, "rgb(251, 247, 240)", "0.15s"),
        ({"contrast": "more"}, {}, "rgb(255, 255, 255)", "0.15s"),
        ({"contrast": "more"}, {"contrast": "usual"}, "rgb(251, 247, 240)", "0.15s"),
        ({}, {"contrast": "more", "theme": "dark"}, "rgb(0, 0, 0)", "0.15s"),
        ({"reduced_motion": "reduce"}, {}, "rgb(251, 247, 240)", "0s"),
        ({"reduced_motion": "reduce"}, {"motion": "full"}, "rgb(251, 247, 240)", "0.15s"),
        ({}, {"motion": "none"}, "rgb(251, 247, 240)", "0s"),
    ],
)
def test_what_a_member_chose_counts_and_else_the_device(
    browser: Browser, device: dict[str, Any], chosen: dict[str, str], ground: str, pace: str
) -> None:
    page = browser.new_page(**{"color_scheme": "light"} | device)
    style = "".join(part.read_text() for part in sorted(STYLES.glob("*.css")))
    said = " ".join(f'data-{what}="{value}"' for what, value in chosen.items())
    page.set_content(f"<html {said}><style>{style}</style><a class=button>Watch</a></html>")

    seen = page.evaluate(
        """[getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector("a")).transitionDuration.split(", ")[0]]"""
    )
    page.close()

    assert seen == [ground, pace]
