"""Every public page asks the database as often for fifty rows as for three or one."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog import similar_finding
from catalog.models import CollectionTitle
from tests import factories
from tests.factories import NOW
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("today")
PAGES = (
    *("/", "/browse", "/genre/drama", "/collection/rail", "/film/first", "/film/first/reviews"),
    *("/person/buster-keaton", "/search?q=film", "/search/suggestions.json?q=film"),
)


def test_each_page_takes_as_many_queries_for_fifty_rows_as_for_three_and_for_one(
    client: FlaskClient, db: Session
) -> None:
    first = factories.title(db, name="First", genres=["Drama"], cast=["Buster Keaton"])
    rail = factories.collection(db, "Rail", [first])
    asked: dict[int, dict[str, int]] = {}
    for rows, more in ((1, range(1)), (3, range(1, 3)), (50, range(3, 50))):
        for at in more:
            film = factories.title(
                db, name=f"Film {at}", slug=f"f-{at}", genres=["Drama"], cast=["Buster Keaton"]
            )
            place = {"collection_id": rail.id, "title_id": film.id, "position": at + 1}
            db.add(CollectionTitle(**place))
            factories.review(db, first, name=f"Viewer {at}", written_on=date(2026, 1, 1))
        similar_finding.refresh(db, now=NOW)
        asked[rows] = {page: queries(client, db, page) for page in PAGES}

    assert asked[1] == asked[3] == asked[50]


def queries(client: FlaskClient, db: Session, page: str) -> int:
    """How often ``page`` asks."""
    db.expire_all()
    with counted(db) as statements:
        assert client.get(page).status_code == 200
    return len(statements)


def test_a_film_that_nothing_is_like_asks_no_more_than_one_with_similar_films(
    client: FlaskClient, db: Session
) -> None:
    for name, genre in (("Alike", "Drama"), ("Other", "Drama"), ("Alone", "Western")):
        factories.title(db, name=name, genres=[genre])
    similar_finding.refresh(db, now=NOW)
    client.get("/film/alike")  # what is kept in memory is there from now on

    asked = {film: queries(client, db, f"/film/{film}") for film in ("alike", "alone")}

    assert asked["alone"] == asked["alike"]
    assert "Also in the catalogue" in client.get("/film/alone").text
