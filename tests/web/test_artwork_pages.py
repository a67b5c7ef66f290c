"""Drawn art is served under an address that follows its content, and kept for ever."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from catalog.models import Title
from tests import factories
from web import artwork, films

FOR_EVER = "public, max-age=31536000, immutable"


def addresses(site: Flask, title: Title) -> tuple[str, str, str]:
    """Where a film's poster, still and sharing picture are."""
    card = films.card_of(title)
    with site.test_request_context():
        shared = artwork.sharing_url(card).removeprefix("http://127.0.0.1:8000")
        return artwork.poster_url(card), artwork.still_url(card), shared


def test_poster_still_and_sharing_picture_may_be_kept_for_ever(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings & <Things>", slug="wings", genres=["War"])

    poster, still, shared = (client.get(one) for one in addresses(site, film))

    assert (poster.mimetype, still.mimetype) == ("image/svg+xml", "image/svg+xml")
    assert "Wings &amp;" in poster.text
    assert "&lt;" in poster.text
    assert "<text" not in still.text
    assert Image.open(io.BytesIO(shared.data)).size == (1200, 630)
    assert {one.headers["Cache-Control"] for one in (poster, still, shared)} == {FOR_EVER}


def test_an_address_of_earlier_art_leads_to_the_art_of_today(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings")
    old = addresses(site, film)[0]
    film.name = "Wings again"
    db.flush()

    answer = client.get(old)

    assert (answer.status_code, answer.location) == (302, addresses(site, film)[0])


def test_there_is_no_art_of_a_film_that_is_not_shown(client: FlaskClient, db: Session) -> None:
    factories.title(db, name="Draft", status="draft")

    assert client.get("/art/0123456789abcdef/draft.svg").status_code == 404
