"""A film's details at the desk: its lists, changed a line each, and what cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Member
from billing.models import Audit
from catalog import scores
from catalog.models import Certificate, Release, Title
from tests import factories, searching
from tests.web import desk
from tests.web.forms import send
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today", "offer")

WHY = "The source was wrong"


@pytest.fixture
def admin(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    return signed_in_as(desk.staff(db, "admin"))


def save(browser: FlaskClient, film: Title, **typed: str) -> TestResponse:
    """Send the form of the details with these changed, as it stands otherwise."""
    here = f"/desk/catalogue/{film.id}/details"
    done: TestResponse = send(browser, here, **{**told(browser, film), "reason": WHY, **typed})
    return done


def told(browser: FlaskClient, film: Title) -> dict[str, str]:
    """What stands in the lines of the form."""
    page = parsed(browser.get(f"/desk/catalogue/{film.id}/details").text)
    areas = (one for one in page.iter("textarea"))
    return {str(one.get("name")): (one.text or "").strip() for one in areas}


def noted(db: Session) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What the audit says of changed films, before and after."""
    rows = db.scalars(select(Audit).where(Audit.action == "title.changed").order_by(Audit.id))
    return [(row.before, row.after) for row in rows]


def test_the_genres_of_a_film_are_put_right_and_stand_on_its_page_and_in_the_lists(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", slug="wings", genres=["Comedy", "War"])
    factories.genre(db, "Drama")

    done = save(admin, film, genres="war\r\n\r\n Sci-Fi \nDrama\nWar")

    assert done.status_code == 303
    genres = {"genres": ["War", "Science fiction", "Drama"]}
    assert told(admin, film)["genres"].split("\n") == genres["genres"]
    assert noted(db) == [({"film": "wings", "genres": ["Comedy", "War"]}, genres)]
    page = text_of(client.get("/film/wings").text)
    assert "War Science fiction Drama" in page and "Comedy" not in page
    assert "/film/wings" in client.get("/genre/drama").text
    assert "/film/wings" not in client.get("/genre/comedy").text


def test_the_certificates_of_a_film_are_put_right(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    for system, territory, label in (("MPA", "US", "X"), ("SE", "SE", "15"), ("", "ZZ", "PG")):
        told_by = {"system": system, "territory": territory, "label": label}
        db.add(Certificate(title_id=film.id, **told_by))
    db.flush()
    assert told(admin, film)["certificates"].split("\n") == ["PG", "MPA, X", "SE, 15"]

    typed = "mpaa, R\nEirin,R15+ , Japan\nGB, 15\nFSK 12\nSE, 15"
    done = save(admin, film, certificates=typed)

    assert done.status_code == 303
    after = ["BBFC, 15", "Eirin, R15+, JP", "FSK, 12", "MPA, R", "SE, 15"]
    assert told(admin, film)["certificates"].split("\n") == after
    assert [one["certificates"] for one in noted(db)[0]] == [["PG", "MPA, X", "SE, 15"], after]
    audit = text_of(admin.get("/desk/audit").text)
    assert "PG; MPA, X; SE, 15" in audit and "; ".join(after) in audit
    assert "Certificate 15 BBFC" in text_of(client.get("/film/wings").text)
    assert "/film/wings" in client.get("/browse?certificate=R").text


def test_the_release_dates_of_a_film_are_put_right(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    for territory, kind, day in (("US", "theatrical", 12), ("FR", "tv", 14), ("ZZ", "digital", 16)):
        out = {"territory": territory, "kind": kind, "on": date(1994, 10, day)}
        db.add(Release(title_id=film.id, **out))
    db.flush()
    before = ["US, cinema, 1994-10-12", "FR, television, 1994-10-14", "online, 1994-10-16"]
    assert told(admin, film)["releases"].split("\n") == before

    typed = "US, cinema, 1994-10-21\nUnited Kingdom,Cinema, 21.10.1994\nonline, 1994-10-16"
    done = save(admin, film, releases=typed)

    assert done.status_code == 303
    after = ["online, 1994-10-16", "GB, cinema, 1994-10-21", "US, cinema, 1994-10-21"]
    assert told(admin, film)["releases"].split("\n") == after
    assert [one["releases"] for one in noted(db)[0]] == [before, after]
    page = text_of(client.get("/film/wings").text)
    assert "United Kingdom, in cinemas 21 October 1994" in page and "television" not in page


def test_the_people_of_a_film_are_put_right_and_found_by_searches(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    people = {"directors": ["William Wyler"], "cast": ["Buddy Rogers", "Clara Bow"]}
    film = factories.title(db, name="Wings", slug="wings", **people)
    assert told(admin, film)["cast"] == "Buddy Rogers\nClara Bow"

    # when they are put right, one in another spelling and one with a part
    cast = ["Clara Bow | Mary Preston", "Gary Cooper | Cadet White", "Richard Arlen"]
    typed = "clara bow|Mary Preston\nGary Cooper |Cadet White\nRichard Arlen\nClara  Bow"
    done = save(admin, film, directors="William A. Wellman", cast=typed)

    # then they stand on its page, and searches find it by them and by nobody else
    assert done.status_code == 303
    after = {"directors": ["William A. Wellman"], "cast": cast}
    assert noted(db) == [({"film": "wings", **people}, after)]
    page = text_of(client.get("/film/wings").text)
    assert "Directed by William A. Wellman" in page
    assert "Clara Bow Mary Preston Gary Cooper Cadet White Richard Arlen" in page
    found = [bool(searching.found(db, name)) for name in ("gary cooper", "buddy rogers")]
    assert found == [True, False]
    pages = [client.get(f"/person/{name}").status_code for name in ("gary-cooper", "buddy-rogers")]
    assert pages == [200, 404]


def test_languages_notices_and_other_names_of_a_film_are_put_right(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(
        db,
        name="Wings",
        slug="wings",
        languages=["de", "Klingon"],
        content_notices=["war"],
        aliases=["Pigeon", "Ailes"],
    )
    before = {"languages": "German\nKlingon", "content_notices": "war", "aliases": "Pigeon\nAiles"}
    assert {name: told(admin, film)[name] for name in before} == before

    typed = {"languages": "french\nKlingon", "content_notices": "", "aliases": "Ailes\nwings\nAli"}
    done = save(admin, film, **typed)

    assert done.status_code == 303
    after = {"languages": ["French", "Klingon"], "content_notices": [], "aliases": ["Ailes", "Ali"]}
    assert [one[1] for one in noted(db)] == [after]
    db.refresh(film)
    assert film.languages == ["fr", "tlh"]
    page = text_of(client.get("/film/wings").text)
    assert "Languages French, Klingon" in page and "Also known as Ailes , Ali" in page
    assert "Contains" not in page
    assert [bool(searching.found(db, name)) for name in ("ali", "pigeon")] == [True, False]


def test_a_score_of_somebody_else_is_taken_out_and_none_is_made_up(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    for source in (scores.OURS, "IMDb", "Critics, Inc."):
        factories.rating(db, film, source=source)
    lines = "Critics, Inc., 7.5/10 by 412\nIMDb, 7.5/10 by 412"
    assert told(admin, film)["ratings"] == lines

    made_up = save(admin, film, ratings=lines.replace("7.5", "9.9"), genres="War")
    assert (made_up.status_code, told(admin, film)["ratings"]) == (422, lines)
    assert "is none of these scores" in text_of(made_up.text)

    done = save(admin, film, ratings="Critics, Inc., 7.5/10 by 412")
    assert done.status_code == 303
    db.refresh(film)
    assert {one.source for one in film.ratings} == {scores.OURS, "Critics, Inc."}
    assert "IMDb" not in client.get("/film/wings").text
    assert (film.genres, film.emptied) == ([], ["score of imdb"])


def test_films_like_one_whose_details_changed_are_looked_for_anew(
    db: Session, admin: FlaskClient
) -> None:
    before = factories.NOW - timedelta(days=1)
    film = factories.title(db, name="Wings", genres=["Comedy"], updated_at=before)
    db.execute(text("update similar_search set changed_at = null"))

    save(admin, film, genres="War")

    due = text("select title_id from similar_search where changed_at is not null")
    assert db.scalars(due).all() == [film.id]


def test_nothing_is_noted_where_nothing_differs(db: Session, admin: FlaskClient) -> None:
    film = factories.title(db, name="Wings", genres=["War"])

    done = save(admin, film, genres="WAR")

    assert done.status_code == 303
    assert "Nothing was different." in text_of(admin.get(f"/desk/catalogue/{film.id}").text)
    assert (noted(db), film.edited_at) == ([], None)


WRONG = [
    ("genres", "War\n" + "x" * 41, "is longer than 40 letters"),
    ("genres", "\n".join(f"G{number}" for number in range(11)), "Write at most 10 lines."),
    ("certificates", "BBFC, 15\nEIRIN, R15+", "knows the country of “EIRIN”. Write it behind"),
    ("certificates", "EIRIN, R15+, Nowhere", "“Nowhere” is no country."),
    ("certificates", "BBFC,", "“BBFC,” has no certificate in it."),
    ("certificates", "BBFC, 15\nGB, 18", "Two lines tell of BBFC. Leave one of them."),
    ("releases", "GB, cinema, 3/4/1995", "“3/4/1995” is no day that a film has."),
    ("releases", "GB, cinema", "has to say in the middle how it came out: cinema, disc"),
    ("releases", "1994-10-21", "has to say in the middle how it came out"),
    ("releases", "Nowhere, cinema, 1994-10-21", "“Nowhere” is no country."),
    (
        "releases",
        "GB, cinema, 1994-10-21\nGB, theatrical, 1994-10-22",
        "Two lines tell of GB, cinema. Leave one of them.",
    ),
    ("languages", "x" * 81, "is longer than 80 letters"),
    ("aliases", "\n".join(map(str, range(31))), "Write at most 30 lines."),
    ("directors", "voices of", "“voices of” is not somebody's name."),
    ("cast", "Clara Bow\n| Mary Preston", "“” is not somebody's name."),
    ("cast", "Clara Bow | " + "x" * 121, "is longer than 120 letters"),
]


@pytest.mark.parametrize(("field", "typed", "said"), WRONG)
def test_a_line_that_cannot_be_used_says_why_and_all_that_was_typed_stays(
    db: Session, admin: FlaskClient, field: str, typed: str, said: str
) -> None:
    film = factories.title(db, name="Wings", genres=["War"])
    before = told(admin, film)

    answer = save(admin, film, **{field: typed})

    assert answer.status_code == 422
    page = parsed(answer.text)
    area = next(one for one in page.iter("textarea") if one.get("name") == field)
    assert ((area.text or "").strip(), area.get("aria-invalid")) == (typed, "true")
    assert f"{field}-error" in str(area.get("aria-describedby"))
    assert said in text_of(answer.text)
    assert (told(admin, film), noted(db)) == (before, [])


def test_a_reason_is_asked_for_and_a_film_that_changed_meanwhile_is_not_overwritten(
    db: Session, admin: FlaskClient
) -> None:
    # given the same details open in two windows
    film = factories.title(db, name="Wings", genres=["War"])
    page = parsed(admin.get(f"/desk/catalogue/{film.id}/details").text)
    seen = next(str(one.get("value")) for one in page.iter("input") if one.get("name") == "seen")

    # when they are saved without a reason, with one, and from the second window
    unsaid = save(admin, film, genres="Drama", reason=" ")
    first = save(admin, film, genres="Drama", seen=seen)
    second = save(admin, film, genres="Comedy", seen=seen)

    # then the first alone is taken, and what was typed stands in the others
    assert (unsaid.status_code, first.status_code, second.status_code) == (422, 303, 409)
    assert "Write why you change it" in text_of(unsaid.text)
    assert "was changed after you opened this page" in text_of(second.text)
    assert "Comedy" in second.text
    assert told(admin, film)["genres"] == "Drama"
