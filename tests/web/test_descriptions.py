"""What a page tells search engines and shared links of itself, in one or two sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog import similar_finding
from catalog.models import Title
from core import clock
from tests import factories
from tests.web.reading import parsed

pytestmark = pytest.mark.usefixtures("today")


def _told(client: FlaskClient, address: str) -> tuple[str, str]:
    """The description, and which picture is shared with it."""
    page = parsed(client.get(address).text)
    found = {
        one.get("name") or one.get("property"): one.get("content") for one in page.iter("meta")
    }
    assert found["og:description"] == found["description"]
    return found["description"] or "", found.get("og:image:alt") or ""


def _described(client: FlaskClient, film: Title) -> str:
    return _told(client, f"/film/{film.slug}")[0]


def test_every_page_that_is_shared_tells_of_itself_and_shows_a_film(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(
        db, name="M", genres=["Drama"], year=1931, directors=["Fritz Lang"], cast=["Peter Lorre"]
    )
    factories.trailer(db, film, video_id=factories.video(db).id)
    factories.review(db, film)
    factories.collection(db, "New", [film])
    lists = "1 film on Matinee. Choose by genre, decade, certificate and length."

    for address, told in {
        "/": "Classic, independent and open films. Everything that plays on Matinee for one price, "
        "and you can leave online at any time.",
        "/browse": f"All films: {lists}",
        "/genre/drama": f"Drama: {lists}",
        "/person/fritz-lang": "Films by Fritz Lang on Matinee: M",
        "/person/peter-lorre": "Films with Peter Lorre on Matinee: M",
        "/film/m/trailer": "Trailer of M (1931), 1:40 long, on Matinee. "
        "Cast and reviews are on the page of the film.",
        "/film/m/reviews": "What 1 person thought of M (1931), with their scores.",
    }.items():
        assert _told(client, address) == (told, "Poster of M"), address


def test_it_names_only_what_the_page_has(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="A Film Alone", cast=["Ann Actor"], genres=["Drama"])
    alone = _described(client, film)
    factories.title(db, name="Another", genres=["Drama"])
    for _ in range(2):
        factories.review(db, film)
    reviewed = _described(client, film)
    similar_finding.refresh(db, now=clock.now())
    db.expire_all()

    assert alone.startswith("A Film Alone (1995), drama, with Ann Actor. Cast.")
    assert reviewed.endswith("with Ann Actor. Cast and reviews.")
    assert _described(client, film).endswith("with Ann Actor. Cast, reviews and similar films.")


def test_a_short_one_says_whether_the_film_can_be_watched(client: FlaskClient, db: Session) -> None:
    for video, told in (
        (factories.video(db).id, "Watch it on Matinee with every other film, and leave online at"),
        (None, "It is listed on Matinee and cannot be played there yet."),
    ):
        film = factories.title(db, name="M", slug="m" if video else "m-2", video_id=video)
        assert told in _described(client, film)


def _a_long_name(db: Session) -> Title:
    return factories.title(db, name="W" * 400, slug="long", year=None)


def _long_facts(db: Session) -> Title:
    people = [
        f"Maximiliana Alexandrina {number} of Hohenzollern-Sigmaringen" for number in range(3)
    ]
    return factories.title(
        db,
        name="The Assassination of a Film by the Coward",
        slug="long",
        genres=["Documentary", "Historical Romance"],
        directors=people[:1],
        cast=people[1:],
        runtime_minutes=160,
    )


def _nothing_known(db: Session) -> Title:
    return factories.title(db, name="M", slug="long", year=None)


@pytest.mark.parametrize("make", [_a_long_name, _long_facts, _nothing_known])
def test_it_has_50_to_160_letters_and_ends_with_its_sentence(
    client: FlaskClient, db: Session, make: Callable[[Session], Title]
) -> None:
    told = _described(client, make(db))

    assert 50 <= len(told) <= 160
    assert told.endswith(".")
    assert re.search(r", (and|with|directed by)?\.", told) is None
