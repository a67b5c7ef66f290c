"""Who may do what: every address of the desk, by every method, for everybody who might try."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from accounts.models import Member
from accounts.roles import HOLDERS, NAMES, Right
from billing.models import Audit
from tests import factories
from tests.web import desk
from web.desk.people import ACTS

pytestmark = pytest.mark.usefixtures("today", "offer")

REPORT = (Right.REPORTS,)
WHO: dict[str, tuple[Right, ...]] = {
    "GET /desk": REPORT,
    "GET /desk/<report>.<any(csv, json):shape>": REPORT,
    "GET /desk/calendar": REPORT,
    "GET /desk/conversion": REPORT,
    "GET /desk/experiments": REPORT,
    "GET /desk/films": REPORT,
    "GET /desk/origins": REPORT,
    "GET /desk/people": REPORT,
    "GET /desk/people.csv": REPORT,
    "GET /desk/reminders": REPORT,
    "GET /desk/revenue": REPORT,
    "GET /desk/watching": REPORT,
    "POST /desk/experiments": (Right.EXPERIMENTS,),
    "POST /desk/experiments/<int:number>/end": (Right.EXPERIMENTS,),
    "GET /desk/find": (Right.PEOPLE,),
    "GET /desk/person/<int:member_id>": (Right.PEOPLE,),
    "GET /desk/person/<int:member_id>/evidence.json": (Right.MONEY,),
    "GET /desk/alarms": (Right.UPKEEP,),
    "POST /desk/alarms/<int:alarm_id>/seen": (Right.UPKEEP,),
    "POST /desk/withdrawals/<int:withdrawal_id>": (Right.MONEY,),
    "GET /desk/events": (Right.UPKEEP,),
    "GET /desk/events/<int:event_id>": (Right.UPKEEP,),
    "POST /desk/events/<int:event_id>/replay": (Right.REPAIR,),
    "GET /desk/drift": (Right.UPKEEP,),
    "POST /desk/drift": (Right.REPAIR,),
    "GET /desk/audit": (Right.AUDIT,),
    "GET /desk/catalogue": (Right.CATALOGUE,),
    "GET /desk/catalogue/<int:title_id>": (Right.CATALOGUE,),
    "POST /desk/catalogue/<int:title_id>": (Right.CATALOGUE,),
    "POST /desk/catalogue/<int:title_id>/status": (Right.CATALOGUE,),
    "POST /desk/catalogue/<int:title_id>/<any(poster, still):kind>": (Right.CATALOGUE,),
    "GET /desk/catalogue/<int:title_id>/preview": (Right.CATALOGUE,),
    "GET /desk/catalogue/<int:title_id>/details": (Right.CATALOGUE,),
    "POST /desk/catalogue/<int:title_id>/details": (Right.CATALOGUE,),
    "GET /desk/rows": (Right.CATALOGUE,),
    "POST /desk/rows": (Right.CATALOGUE,),
    "GET /desk/rows/<int:row_id>": (Right.CATALOGUE,),
    "POST /desk/rows/<int:row_id>": (Right.CATALOGUE,),
    "POST /desk/rows/<int:row_id>/end": (Right.CATALOGUE,),
    "GET /desk/reviews": (Right.CARE,),
    "GET /desk/reviews/hidden": (Right.CARE,),
    "POST /desk/reviews/<int:number>": (Right.CARE,),
    **{f"GET /desk/person/<int:member_id>/{name}": act.rights for name, act in ACTS.items()},
    **{f"POST /desk/person/<int:member_id>/{name}": act.rights for name, act in ACTS.items()},
}
"""All that the desk answers, and the rights of which one opens it. What is not here fails."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PEOPLE = ("visitor", "member", *NAMES)


def desks(site: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule of the desk in the site's own map, with each act written out."""
    for rule in site.url_map.iter_rules():
        if str(rule).startswith("/desk"):
            for name in ACTS if "<act_name>" in str(rule) else ("",):
                yield rule, str(rule).replace("<act_name>", name)


def address(pattern: str, member_id: int) -> str:
    """An address of the pattern that is there, or at least well formed."""
    found = pattern.replace("<report>", "mrr")
    found = re.sub(r"<any\((\w+),[^>]*>", r"\1", found)
    found = found.replace("<int:member_id>", str(member_id))
    return re.sub(r"<int:\w+>", "4711", found)


@pytest.fixture
def browsers(
    db: Session, client: FlaskClient, signed_in_as: Callable[[Member], FlaskClient]
) -> dict[str, FlaskClient]:
    """A browser for everybody who might try."""
    made = {name: signed_in_as(desk.staff(db, name)) for name in NAMES}
    return {"visitor": client, "member": signed_in_as(factories.member(db)), **made}


def expected(who: str, rights: tuple[Right, ...]) -> str:
    if who == "visitor":
        return "signs in first"
    may = any(who in HOLDERS[right] for right in rights)
    return "may" if may else "may not"


def met(status: int, location: str) -> str:
    """What an answer means: past the guard, whatever the page then says, or stopped by it."""
    if status == 303 and "/account/sign-in" in location:
        return "signs in first"
    return "may not" if status == 403 else "may"


def test_every_address_of_the_desk_is_on_the_list_of_who_may(site: Flask) -> None:
    there = {
        f"{method} {pattern}"
        for rule, pattern in desks(site)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert there == set(WHO)


def test_everybody_meets_at_every_address_what_the_list_says(
    db: Session, site: Flask, browsers: dict[str, FlaskClient]
) -> None:
    site.config["WTF_CSRF_ENABLED"] = False  # so that rights are met, and not the missing token
    about, wrong = factories.member(db), []
    for known, rights in WHO.items():
        method, pattern = known.split(" ", 1)
        for who, browser in browsers.items():
            answer = browser.open(address(pattern, about.id), method=method)
            if met(answer.status_code, answer.location or "") != expected(who, rights):
                wrong.append((who, known, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("who", ["member", "viewer"])
def test_a_refusal_says_which_role_is_needed(browsers: dict[str, FlaskClient], who: str) -> None:
    page = browsers[who].get("/desk/audit")

    assert page.status_code == 403
    assert "This needs the role finance or admin." in page.text


def test_no_other_method_and_no_odd_spelling_opens_anything(
    db: Session, site: Flask, browsers: dict[str, FlaskClient]
) -> None:
    site.config["WTF_CSRF_ENABLED"] = False
    about, opened = factories.member(db), []
    for pattern in {known.split(" ", 1)[1] for known in WHO}:
        for method in METHODS:
            if f"{'GET' if method == 'HEAD' else method} {pattern}" in WHO:
                continue
            answer = browsers["admin"].open(address(pattern, about.id), method=method)
            if answer.status_code not in (404, 405):
                opened.append((method, pattern, answer.status_code))
    for odd in ("/desk/", "/DESK", "//desk", "/desk/%2e", "/desk/find/", "/desk;x", "/./desk"):
        answer = browsers["member"].get(odd)
        if answer.status_code not in (301, 308, 403, 404):
            opened.append(("GET", odd, answer.status_code))

    assert opened == []


def test_a_press_without_the_forms_token_changes_nothing(
    db: Session, browsers: dict[str, FlaskClient]
) -> None:
    about = factories.member(db)

    for known in WHO:
        method, pattern = known.split(" ", 1)
        if method == "POST":
            given = {"reason": "x", "kind": "gift", "days": "1", "test": "yes", "role": "admin"}
            answer = browsers["admin"].post(address(pattern, about.id), data=given)
            assert (known, answer.status_code) == (known, 400)

    assert db.scalars(select(Audit.id)).all() == []


def test_a_page_offers_only_what_its_reader_may_do(
    db: Session, browsers: dict[str, FlaskClient]
) -> None:
    about = factories.member(db)
    for who in NAMES[1:]:
        page = browsers[who].get(f"/desk/person/{about.id}").text
        linked = set(re.findall(rf'href="(/desk/person/{about.id}/[a-z-]+)"', page))
        closed = [to for to in linked if browsers[who].get(to).status_code == 403]
        sections = set(re.findall(r'href="(/desk[a-z/-]*)"', page))
        closed += [to for to in sections if browsers[who].get(to).status_code == 403]
        assert (who, closed) == (who, [])


def test_a_viewer_reads_numbers_and_lists_but_no_address_of_anybody(
    db: Session, browsers: dict[str, FlaskClient]
) -> None:
    about = factories.member(db, email="somebody@example.org")

    for page in ("/desk", "/desk/people?report=funnel&row=0&cell=people", "/desk/films"):
        shown = browsers["viewer"].get(page).text
        assert about.email not in shown and "/desk/person/" not in shown


@pytest.mark.parametrize("number", ["0", "4711", "9" * 30])
def test_a_person_or_thing_that_does_not_exist_is_not_found(
    browsers: dict[str, FlaskClient], number: str
) -> None:
    for there in ("person/{}", "person/{}/refund", "person/{}/evidence.json", "events/{}"):
        answer = browsers["admin"].get(f"/desk/{there.format(number)}")
        assert (there, answer.status_code) == (there, 404)
