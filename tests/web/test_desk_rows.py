"""The rows of the front page at the desk: made, filled, ordered, renamed, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import Audit
from catalog import collecting, rails
from catalog.models import Collection, FormerSlug
from tests import factories
from tests.web import desk
from tests.web.forms import send
from tests.web.reading import text_of

pytestmark = pytest.mark.usefixtures("today", "offer")

WHY = "For the holidays"


@pytest.fixture
def admin(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    return signed_in_as(desk.staff(db, "admin"))


def row_of(db: Session, name: str) -> Collection:
    return db.scalars(select(Collection).where(Collection.name == name)).one()


def save(browser: FlaskClient, row: Collection, **over: str) -> Any:
    """Send the row's form as it stands, but for what is typed."""
    page = browser.get(f"/desk/rows/{row.id}").text
    fields = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]  # type: ignore[index]
        for name in ("seen", "name", "place")
    }
    films = re.search(r'<textarea[^>]*name="films"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    typed = {**fields, "films": films[1] if films else "", "reason": WHY, **over}
    return send(browser, f"/desk/rows/{row.id}", **typed)


def seen_of(page: str) -> str:
    """What the form says of the row that it was made of."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def on_the_front_page(db: Session) -> list[tuple[str, list[str]]]:
    return [(one.name, [card.name for card in one.cards]) for one in rails.of_collections(db)]


def test_a_row_is_made_filled_and_put_first(db: Session, admin: FlaskClient) -> None:
    # given a row that is there, and three films, of which one has moved and one is a draft
    wings, sunrise = (factories.title(db, name=name) for name in ("Wings", "Sunrise"))
    factories.title(db, name="Soon", slug="soon", status="draft")
    db.add(FormerSlug(slug="sunrise-1927", title_id=sunrise.id))
    factories.collection(db, "New", [wings])

    # when another is made, and filled as an editor types or pastes it
    made = send(admin, "/desk/rows", name=" Silent  nights ")
    row = row_of(db, "Silent nights")
    films = f"http://127.0.0.1:8000/film/{sunrise.slug}?from=drama\n\nSoon\n/film/{wings.slug}/#reviews\n"
    filled = save(admin, row, films=f"{films}sunrise-1927", place="1")

    # then it stands first, each film once and in order, and the draft waits in its place
    assert (made.location, filled.status_code) == (f"/desk/rows/{row.id}", 303)
    assert on_the_front_page(db) == [("Silent nights", ["Sunrise", "Wings"]), ("New", ["Wings"])]
    assert collecting.films(db, row) == [sunrise.slug, "soon", wings.slug]
    kept = db.scalars(select(Audit).where(Audit.action == "row.changed").order_by(Audit.id)).all()
    assert [(one.reason, one.after) for one in kept] == [
        ("A new row", {"name": "Silent nights"}),
        (WHY, {"place": 1, "films": [sunrise.slug, "soon", wings.slug]}),
    ]

    # and saved again as it stands, nothing is different
    again = save(admin, row)
    assert "Nothing was different." in text_of(admin.get(again.location).text)


@pytest.mark.parametrize("name", ["", "x" * 81, "New"])
def test_a_row_without_a_name_of_its_own_is_not_made(
    db: Session, admin: FlaskClient, name: str
) -> None:
    factories.collection(db, "New", [])

    answer = send(admin, "/desk/rows", name=name)

    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer.text)
    assert [one.name for one in collecting.listed(db)] == ["New"]


def test_of_two_who_change_a_row_the_later_one_is_told_and_overwrites_nothing(
    db: Session, admin: FlaskClient
) -> None:
    # given the same row open in two windows
    wings, _ = (factories.title(db, name=name) for name in ("Wings", "Sunrise"))
    row = factories.collection(db, "New", [wings])
    seen = seen_of(admin.get(f"/desk/rows/{row.id}").text)
    first = save(admin, row, seen=seen, films="sunrise\nwings")

    # when the second one is saved, then it says so; and saved again it is taken
    second = save(admin, row, seen=seen, name="Newest", films="wings")
    assert (first.status_code, second.status_code) == (303, 409)
    assert "was changed after you opened this page" in text_of(second.text)
    assert on_the_front_page(db) == [("New", ["Sunrise", "Wings"])]
    again = save(admin, row, seen=seen_of(second.text), name="Newest", films="wings")
    assert again.status_code == 303
    assert on_the_front_page(db) == [("Newest", ["Wings"])]


def test_films_are_taken_off_and_the_row_keeps_its_address_under_a_new_name(
    db: Session, admin: FlaskClient
) -> None:
    films = [factories.title(db, name=name) for name in "ABC"]
    row = factories.collection(db, "New", films)

    save(admin, row, name="Newest", films="c\na", place="7")

    assert on_the_front_page(db) == [("Newest", ["C", "A"])]
    assert (row.slug, row.position) == ("new", 1)
    page = text_of(admin.get("/desk/rows").text)
    assert "Newest 2 /collection/new" in page


def test_a_row_is_taken_away_and_its_films_stay(db: Session, admin: FlaskClient) -> None:
    film = factories.title(db, name="Wings")
    row = factories.collection(db, "New", [film])
    here = f"/desk/rows/{row.id}"

    silent = send(admin, here, f"{here}/end", reason=" ")
    gone = send(admin, here, f"{here}/end", reason=WHY)

    assert (silent.status_code, gone.location) == (422, "/desk/rows")
    assert "No row yet" in text_of(admin.get("/desk/rows").text)
    assert [one.name for one in rails.drawn(db).rows] == ["Most popular"]
    assert admin.get("/film/wings").status_code == 200
    assert admin.get(here).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Enter a name of at most 80 letters."),
        ({"name": "Old"}, "Another row has this name."),
        ({"name": "OLD!"}, "Another row has this name."),
        ({"place": "0"}, "Enter the place as a number"),
        ({"place": "first"}, "Enter the place as a number"),
        ({"films": "wings\nwigns"}, "No film has the address wigns. Nothing is saved yet."),
        ({"films": "x" * 3000}, f"No film has the address {'x' * 100}. Nothing is saved yet."),
        ({"films": "\n".join(f"f{at}" for at in range(301))}, "at most 300 films by hand"),
        ({"reason": " "}, "Write why you change it."),
    ],
)
def test_what_cannot_be_used_comes_back_as_it_was_typed(
    db: Session, admin: FlaskClient, typed: dict[str, str], said: str
) -> None:
    row = factories.collection(db, "New", [factories.title(db, name="Wings")])
    factories.collection(db, "Old", [], position=2)

    answer = save(admin, row, **{"name": "Newer", "films": "", **typed})

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    for words in typed["films"].split() if "films" in typed else ():
        assert words in answer.text
    db.refresh(row)
    assert (row.name, collecting.films(db, row)) == ("New", ["wings"])


def test_a_row_of_very_many_films_keeps_them_and_is_named_and_moved(
    db: Session, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST_FILMS", 2)
    row = factories.collection(db, "All", [factories.title(db, name=name) for name in "ABC"])

    saved = save(admin, row, name="Everything")

    assert saved.status_code == 303
    assert on_the_front_page(db) == [("Everything", ["A", "B", "C"])]
