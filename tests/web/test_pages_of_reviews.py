"""Walking the reviews of a film from page to page, there and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.models import Review
from core import settings
from tests import factories
from tests.web.playing import found

pytestmark = pytest.mark.usefixtures("today")
FIRST = "/film/wings/reviews"


@pytest.fixture(autouse=True)
def written(db: Session) -> list[Review]:
    """Forty-five reviews of a film, the newest first: three pages."""
    film = factories.title(db, name="Wings")
    days = [date(2026, 3, 1) - timedelta(days=number) for number in range(45)]
    return [factories.review(db, film, written_on=day, score=5) for day in days]


def link(client: FlaskClient, address: str, rel: str) -> str:
    """Where a page of reviews leads to: ``next``, ``prev`` or ``canonical``."""
    page = client.get(address).text
    if rel == "canonical":
        return found(page, r'rel="canonical" href="([^"]+)"').removeprefix(
            settings.current().origin
        )
    return found(page, rf'href="([^"]+)" rel="{rel}"').replace("&amp;", "&")


def test_a_page_has_one_address_from_both_sides(client: FlaskClient) -> None:
    second = link(client, FIRST, "next")
    third = link(client, second, "next")

    assert link(client, third, "prev") == second
    assert link(client, second, "prev") == FIRST
    assert (link(client, FIRST, "prev"), link(client, third, "next")) == ("", "")


def test_search_engines_list_every_page_in_the_usual_order_and_the_first_for_others(
    client: FlaskClient,
) -> None:
    second = link(client, FIRST, "next")
    highest = link(client, f"{FIRST}?sort=highest", "next")

    named = [link(client, one, "canonical") for one in (FIRST, second, highest)]

    assert named == [FIRST, second, FIRST]
    assert [", further on" in client.get(one).text for one in (FIRST, second)] == [False, True]


def test_next_leads_on_where_the_review_at_the_edge_was_hidden(
    client: FlaskClient, db: Session, written: list[Review]
) -> None:
    second = link(client, FIRST, "next")
    written[19].status = "hidden"
    db.flush()

    page = client.get(second)

    assert page.status_code == 200
    assert f'id="review-{written[20].id}"' in page.text


def test_next_leads_to_the_first_page_where_the_review_at_the_edge_is_gone(
    client: FlaskClient, db: Session, written: list[Review]
) -> None:
    second = link(client, f"{FIRST}?sort=lowest", "next")
    db.delete(written[19])
    db.flush()

    answer = client.get(second)

    assert (answer.status_code, answer.location) == (302, f"{FIRST}?sort=lowest")
