"""The catalogue at the desk: what is missing, facts changed, films published and previewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import Audit
from catalog.models import FormerSlug, Title
from core import clock
from reports import facts as facts_of
from reports import keeping
from tests import factories
from tests.web import desk
from tests.web.forms import send
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today", "offer")

VIDEO = "{http://www.google.com/schemas/sitemap-video/1.1}"
WHY = "The year was wrong"
LIFTED = "Two frends fly over the trenches of the war, and both of them love the girl next door."
LONG = f"{LIFTED} In the end one of them shoots the other down, who had taken a foe's machine home."
CREDIT = "Synopsis from Wikipedia (Wings), CC BY-SA 4.0"


@pytest.fixture
def admin(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    return signed_in_as(desk.staff(db, "admin"))


def facts(**over: str) -> dict[str, str]:
    usual = {
        "name": "Wings",
        "slug": "wings",
        "original_name": "",
        "year": "1927",
        "runtime_minutes": "144",
    }
    texts = {"synopsis": "Two fly.", "synopsis_long": "", "rights": ""}
    return {**usual, **texts, "reason": WHY, **over}


def test_the_list_says_what_each_film_lacks(db: Session, admin: FlaskClient) -> None:
    whole = factories.title(db, name="Whole", runtime_minutes=90, synopsis="It is told.")
    factories.trailer(db, whole)
    factories.title(db, name="Bare", year=None, status="draft")

    page = text_of(admin.get("/desk/catalogue").text)

    assert "Bare Draft No film, no trailer, no synopsis, no year, no running time" in page
    assert "Whole (1995) Published No film, no certificate, no cast" in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        *(("sunrise", ["Sunrise"]), ("SUNR", ["Sunrise"]), ("aurora", ["Sunrise"])),
        *(("wings", ["Wings of Desire", "Wings"]), ("wings&status=draft", ["Wings"])),
        ("http://127.0.0.1:8000/film/the-kid-1921%23reviews", ["Kid"]),
        *(("the-kid-1921", ["Kid"]), ("!!!", ["!!!"])),
        *(("janet", []), ("':* | !", []), ("%00", ["!!!", "Kid", "Wings of Desire", "Wings"])),
    ],
)
def test_an_editor_finds_a_film_of_any_status_by_its_name_or_address(
    db: Session, admin: FlaskClient, asked: str, names: list[str]
) -> None:
    factories.title(db, name="Sunrise", aliases=["Aurora"], cast=["Janet Gaynor"])
    factories.title(db, name="Wings", status="draft")
    factories.title(db, name="Wings of Desire", status="withdrawn")
    factories.title(db, name="Kid", slug="the-kid-1921")
    factories.title(db, name="!!!")

    page = parsed(admin.get(f"/desk/catalogue?q={asked}").text)

    told = ["".join(one.itertext()) for one in page.iter("th") if one.get("scope") == "row"]
    assert [one.partition(" (")[0] for one in told][: len(names) or 1] == names


def test_of_two_who_change_a_film_the_later_one_is_told_and_overwrites_nothing(
    db: Session, admin: FlaskClient
) -> None:
    # given the same film open in two windows
    film = factories.title(db, name="Wings", slug="wings", year=1927)
    page = parsed(admin.get(f"/desk/catalogue/{film.id}").text)
    seen = next(str(one.get("value")) for one in page.iter("input") if one.get("name") == "seen")
    first = send(admin, f"/desk/catalogue/{film.id}", **facts(seen=seen, synopsis="New."))

    # when the second one is saved, then it says so; and saved again it is taken
    second = send(admin, f"/desk/catalogue/{film.id}", **facts(seen=seen, synopsis="Old."))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "was changed after you opened this page" in text_of(second.text)
    db.refresh(film)
    assert film.synopsis == "New."
    again = next(
        str(one.get("value"))
        for one in parsed(second.text).iter("input")
        if one.get("name") == "seen"
    )
    send(admin, f"/desk/catalogue/{film.id}", **facts(seen=again, synopsis="Old."))
    db.refresh(film)
    assert film.synopsis == "Old."


def test_what_happened_on_a_films_page_lately_stands_beside_its_facts(
    db: Session, admin: FlaskClient
) -> None:
    film, other = factories.title(db, name="Wings"), factories.title(db, name="Other")
    for key, days, title in (("a", 0, film), ("b", 29, film), ("c", 30, film), ("d", 0, other)):
        at = clock.now() - timedelta(days=days)
        facts_of.record(db, "visit", key, at=at, now=clock.now(), title_id=title.id)
    facts_of.record(db, "cta_seen", "e", at=clock.now(), now=clock.now(), title_id=film.id)
    keeping.keep(db)

    page = text_of(admin.get(f"/desk/catalogue/{film.id}").text)

    assert "Looked at 2 Offer seen 1 Offer pressed 0 Played 0" in page


def test_a_films_facts_are_changed_found_by_searches_and_kept_in_the_audit(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wingz", year=1926, cast=["Clara Bow"])

    done = send(admin, f"/desk/catalogue/{film.id}", **facts(slug="wingz"))

    assert done.status_code == 303
    shown = client.get(f"/film/{film.slug}").text
    assert "Wings (1927)" in text_of(shown) and "Two fly." in shown
    assert f"/film/{film.slug}" in client.get("/search?q=wings").text
    assert f"/film/{film.slug}" in client.get("/search?q=clara+bow").text
    (row,) = db.scalars(select(Audit).where(Audit.action == "title.changed"))
    assert (row.reason, row.before["name"], row.after["name"]) == (WHY, "Wingz", "Wings")
    assert row.after["year"] == 1927


def test_a_film_moves_to_another_address_and_the_old_one_leads_there_with_what_was_asked(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", slug="wingz")
    here = f"/desk/catalogue/{film.id}"

    done = send(admin, here, **facts(slug="wings-1927"))
    moved = client.get("/film/wingz?from=drama&utm_source=letter")

    assert (done.status_code, client.get("/film/wings-1927").status_code) == (303, 200)
    assert moved.status_code == 301
    assert moved.location == "/film/wings-1927?from=drama&utm_source=letter"

    # and back again, without going round in a circle
    send(admin, here, **facts(slug="wingz"))
    assert client.get("/film/wingz").status_code == 200
    assert client.get("/film/wings-1927").location == "/film/wingz"


@pytest.mark.parametrize("asked", ["endpoint=x", "_anchor=x", "_scheme=a", "_external=1", "slug=b"])
def test_an_old_address_leads_on_whatever_is_asked_of_it(
    db: Session, client: FlaskClient, asked: str
) -> None:
    film = factories.title(db, name="Wings")
    db.add(FormerSlug(slug="wingz", title_id=film.id))
    db.flush()

    for end in ("", "/reviews"):
        moved = client.get(f"/film/wingz{end}?{asked}")
        assert (moved.status_code, moved.location) == (301, f"/film/wings{end}?{asked}")


def test_what_no_page_can_show_is_left_out_and_the_maps_stay_whole(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings")
    factories.trailer(db, film, video_id=factories.video(db).id)

    pasted = facts(name="W\x01ings\ufffe", synopsis="Word paste\x0bsecond line\U0001ffff")
    done = send(admin, f"/desk/catalogue/{film.id}", **pasted)

    db.refresh(film)
    assert done.status_code == 303
    assert (film.name, film.synopsis) == ("Wings", "Word paste\nsecond line")
    parsed(client.get(f"/film/{film.slug}").text)

    # nor does what was stored before break them
    film.synopsis = "Word paste\x0bsecond line " * 40
    db.flush()
    maps = ElementTree.fromstring(client.get("/sitemap.xml").text)  # noqa: S314  # our own
    described = maps.iter(VIDEO + "description")
    assert [len(one.text or "") <= 160 for one in described] == [True]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"synopsis": "Our own words.", "synopsis_long": ""}, None),
        ({"synopsis": "", "synopsis_long": ""}, None),
        ({"synopsis": LIFTED.replace("frends", "friends"), "synopsis_long": ""}, CREDIT),
        ({"synopsis": "Our own words.", "synopsis_long": LONG}, CREDIT),
        ({"synopsis": "", "synopsis_long": "", "rights": "Ours"}, "Ours"),
        ({"synopsis": LIFTED, "synopsis_long": LONG, "rights": ""}, None),
    ],
)
def test_the_credit_of_a_synopsis_goes_with_its_text(
    db: Session, client: FlaskClient, admin: FlaskClient, typed: dict[str, str], kept: str | None
) -> None:
    film = factories.title(db, name="Wings", synopsis=LIFTED, synopsis_long=LONG, rights=CREDIT)
    here = f"/desk/catalogue/{film.id}"

    send(admin, here, **facts(**{"rights": CREDIT, **typed}))

    goes_unsaid = kept is None and "rights" not in typed
    assert ("Its rights spoke of the synopsis" in text_of(admin.get(here).text)) == goes_unsaid
    shown = text_of(client.get(f"/film/{film.slug}").text)
    assert (CREDIT in shown, "Rights" in shown) == (kept == CREDIT, kept is not None)
    (row,) = db.scalars(select(Audit).where(Audit.action == "title.changed"))
    differs = kept != CREDIT
    assert row.before.get("rights") == (CREDIT if differs else None)
    assert ("rights" in row.after, row.after.get("rights")) == (differs, kept if differs else None)


def test_rights_of_the_film_itself_stay_when_its_synopsis_is_another(
    db: Session, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", synopsis=LIFTED, rights="Public domain")

    send(admin, f"/desk/catalogue/{film.id}", **facts(rights="Public domain"))

    db.refresh(film)
    assert (film.synopsis, film.rights) == ("Two fly.", "Public domain")


@pytest.mark.parametrize("slug", ["other", "once-other"])
def test_an_address_that_leads_to_another_film_is_refused(
    db: Session, admin: FlaskClient, slug: str
) -> None:
    film, other = factories.title(db, slug="wings"), factories.title(db, slug="other")
    db.add(FormerSlug(slug="once-other", title_id=other.id))
    db.flush()

    answer = send(admin, f"/desk/catalogue/{film.id}", **facts(slug=slug))

    assert answer.status_code == 409
    assert "Another film has this address" in answer.text
    assert db.get_one(Title, film.id).slug == "wings"


def test_a_film_with_the_longest_names_can_be_changed(db: Session, admin: FlaskClient) -> None:
    longest = {"name": "W" * 400, "original_name": "F" * 400}
    film = factories.title(db, **longest, slug="wings")

    page = admin.get(f"/desk/catalogue/{film.id}").text
    answer = send(admin, f"/desk/catalogue/{film.id}", **facts(**longest, runtime_minutes="9"))

    assert page.count('maxlength="400"') == len(longest)
    assert (answer.status_code, db.scalar(select(Title.runtime_minutes))) == (303, 9)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", " "),
        ("original_name", "Flügel " * 700),
        ("slug", "Wings!"),
        ("slug", ""),
        ("year", "18x7"),
        ("year", "99999"),
        ("runtime_minutes", "-1"),
        ("reason", ""),
    ],
)
def test_facts_that_cannot_be_used_bring_the_form_back_as_it_was_typed(
    db: Session, admin: FlaskClient, field: str, typed: str
) -> None:
    film = factories.title(db, name="Wingz")

    answer = send(admin, f"/desk/catalogue/{film.id}", **facts(**{field: typed}))

    assert answer.status_code == 422
    assert "There is a problem" in answer.text and "Two fly." in answer.text
    assert db.get_one(Title, film.id).name == "Wingz"


def test_a_draft_is_previewed_and_published_and_a_film_withdrawn(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings", status="draft")
    here, public = f"/desk/catalogue/{film.id}", f"/film/{film.slug}"

    before = client.get(public).status_code
    preview = admin.get(f"{here}/preview")
    send(admin, here, f"{here}/status", status="published", reason=WHY)
    published = client.get(public).status_code
    send(admin, here, f"{here}/status", status="withdrawn", reason=WHY)

    assert "Wings" in preview.text
    assert (before, published, client.get(public).status_code) == (404, 200, 410)


def test_a_film_that_is_taken_back_to_a_draft_has_left_the_catalogue(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings")
    here, public = f"/desk/catalogue/{film.id}", f"/film/{film.slug}"

    send(admin, here, f"{here}/status", status="draft", reason=WHY)
    left = client.get(public)
    send(admin, here, f"{here}/status", status="published", reason=WHY)

    assert (left.status_code, client.get(public).status_code) == (410, 200)
    assert "This film has left the catalogue" in text_of(left.text)
    assert "Wings" not in text_of(left.text)


def test_only_the_preview_may_be_framed_and_only_by_the_desk(
    db: Session, client: FlaskClient, admin: FlaskClient
) -> None:
    film = factories.title(db, name="Wings")

    def framers(browser: FlaskClient, address: str) -> str:
        return browser.get(address).headers["Content-Security-Policy"].split("ancestors ")[1]

    assert framers(admin, f"/desk/catalogue/{film.id}/preview") == "'self'"
    assert framers(admin, f"/desk/catalogue/{film.id}") == "'none'"
    assert framers(client, f"/film/{film.slug}") == "'none'"
