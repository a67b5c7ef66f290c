"""A film's own pictures at the desk: sent, refused, taken back, and seen before it is published."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from accounts.models import Member
from billing.models import Audit
from catalog import picture_cuts
from catalog.models import Title
from tests import factories
from tests.web import desk
from tests.web.forms import TOKEN
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today", "offer")

MEGABYTE = 1024 * 1024
WHY = "The distributor sent it"


@pytest.fixture
def admin(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    return signed_in_as(desk.staff(db, "admin"))


@pytest.fixture
def film(db: Session) -> Title:
    return factories.title(db, name="Wings", slug="wings")


def file(width: int = 800, height: int = 1200, more: int = 0) -> bytes:
    """A picture, with so many bytes behind it that mean nothing."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue() + bytes(more)


def choose(
    browser: FlaskClient, film: Title, data: bytes | None, kind: str = "poster", **fields: Any
) -> TestResponse:
    """Send the form of a poster or a still as the editor's page has it."""
    here = f"/desk/catalogue/{film.id}"
    token = TOKEN.search(browser.get(here).text)
    assert token is not None
    return sent(browser, f"{here}/{kind}", data, **{"csrf_token": token[1], **fields})


def sent(browser: FlaskClient, address: str, data: bytes | None, **fields: Any) -> TestResponse:
    """Post a file and fields, put together in memory: the library's own would be a file on disk."""
    chosen = {} if data is None else {"file": FileStorage(io.BytesIO(data), "picture.png")}
    boundary, body = encode_multipart(MultiDict({"reason": WHY, **chosen, **fields}))
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(address, data=body, content_type=kind)


def shown(browser: FlaskClient, film: Title, kind: str) -> str:
    """Where the editor's page has the picture that the film shows now."""
    page = parsed(browser.get(f"/desk/catalogue/{film.id}").text)
    alt = f"The {kind} that it shows now"
    return next(str(one.get("src")) for one in page.iter("img") if one.get("alt") == alt)


@pytest.mark.parametrize(("kind", "size"), [("poster", (352, 528)), ("still", (640, 360))])
def test_a_picture_takes_the_place_of_the_drawn_one_and_goes_again(
    db: Session, admin: FlaskClient, film: Title, kind: str, size: tuple[int, int]
) -> None:
    drawn = shown(admin, film, kind)

    chosen = choose(admin, film, file(), kind)
    own = shown(admin, film, kind)
    picture = Image.open(io.BytesIO(admin.get(own).data))
    taken_back = choose(admin, film, None, kind, show="drawn")

    assert (chosen.status_code, taken_back.status_code) == (303, 303)
    assert picture.size == size
    assert drawn.endswith("/wings.svg")
    assert shown(admin, film, kind) == drawn
    content = own.split("/")[2]
    rows = db.scalars(select(Audit).where(Audit.action == "title.changed").order_by(Audit.id))
    assert [(row.reason, row.before, row.after) for row in rows] == [
        (WHY, {"film": "wings", kind: None}, {kind: content}),
        (WHY, {"film": "wings", kind: content}, {kind: None}),
    ]


def test_a_large_picture_is_taken_from_staff_and_from_nobody_else(
    db: Session,
    admin: FlaskClient,
    film: Title,
    signed_in_as: Callable[[Member], FlaskClient],
) -> None:
    member = signed_in_as(factories.member(db))
    data = file(more=9 * MEGABYTE)

    refused = sent(member, f"/desk/catalogue/{film.id}/poster", data)
    taken = choose(admin, film, data)
    elsewhere = admin.post("/desk/experiments", data={"words": "x" * 2 * MEGABYTE})
    beyond = choose(admin, film, file(more=11 * MEGABYTE))

    assert (refused.status_code, taken.status_code) == (413, 303)
    assert (elsewhere.status_code, beyond.status_code) == (413, 413)
    assert "choose a smaller file" in text_of(beyond.text)


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (None, WHY, "Choose a file with a picture in it."),
        (b"", WHY, "Choose a file with a picture in it."),
        (b"<svg/>", WHY, "What the film shows now stays."),
        (file(300, 300), WHY, "smaller than 352 pixels"),
        (file(more=picture_cuts.MOST_BYTES), WHY, "larger than 10 MB"),
        (file(), " ", "Write why. It is kept with your name."),
    ],
    ids=["none", "empty", "no picture", "small", "large", "no reason"],
)
def test_what_cannot_be_used_says_why_and_leaves_what_is_shown(
    admin: FlaskClient, film: Title, data: bytes | None, reason: str, said: str
) -> None:
    choose(admin, film, file())
    own = shown(admin, film, "poster")

    answer = choose(admin, film, data, reason=reason)

    assert answer.status_code == 422
    page = parsed(answer.text)
    assert said in text_of(answer.text)
    assert next(page.iter("h2")).text == "There is a problem"
    assert shown(admin, film, "poster") == own


def test_the_pictures_of_a_draft_are_seen_by_whoever_works_on_it_alone(
    db: Session, admin: FlaskClient, client: FlaskClient
) -> None:
    film = factories.title(db, name="Soon", slug="soon", status="draft")
    drawn = shown(admin, film, "poster")
    choose(admin, film, file())
    own = shown(admin, film, "poster")

    assert [admin.get(one).status_code for one in (own, shown(admin, film, "still"))] == [200, 200]
    assert admin.get(own).headers["Cache-Control"] == "private, no-store"
    assert [client.get(one).status_code for one in (drawn, own)] == [404, 404]
