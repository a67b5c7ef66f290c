"""Experiments on the film page: who sees which arm, what is noted, and who may start and stop."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import visitors
from accounts.models import Member, Visitor
from billing.models import Audit
from catalog.models import Title
from reports import experiments
from reports.experiment_models import Experiment
from reports.models import Fact
from tests import factories
from tests.factories import NOW
from tests.web.test_desk import with_role

pytestmark = pytest.mark.usefixtures("today", "offer")

START = {"code": "button-words", "base": "4", "goal": "5", "reason": "Few press it"}


@pytest.fixture
def film(db: Session) -> Title:
    return factories.title(db, name="Leaving Las Vegas", video_id=factories.video(db).id)


@pytest.fixture
def site(site: Flask) -> Flask:
    """The site, whose forms may be posted without having been opened."""
    site.config["WTF_CSRF_ENABLED"] = False
    return site


@pytest.fixture
def run(db: Session) -> Experiment:
    """The words of the button are tried."""
    rates = {"base_permille": 40, "goal_permille": 50}
    return experiments.start(
        db, "button-words", actor="operator:1", reason="Few press it", now=NOW, **rates
    )


def page(client: FlaskClient, film: Title) -> str:
    return client.get(f"/film/{film.slug}").text


def arms(text: str) -> str:
    found = re.search(r'data-arms="([^"]*)"', text)
    assert found
    return found[1]


def browser(site: Flask, token: str) -> FlaskClient:
    client = site.test_client()
    client.set_cookie("visitor", token)
    return client


def token_of(run: Experiment, arm: str) -> str:
    """A browser's name whose arm is ``arm``."""
    names = (f"browser-with-a-long-name-{number}" for number in range(100))
    return next(n for n in names if experiments.arm(run, visitors.hashed(n)) == arm)


def report(client: FlaskClient, film: Title, said: str) -> None:
    event = {"id": "abcdefgh1234", "kind": "cta_seen", "film": film.slug, "arms": said}
    assert client.post("/events", json={"events": [event]}).status_code == 204


def exposures(db: Session) -> list[dict[str, object]]:
    return [fact.data for fact in db.scalars(select(Fact).where(Fact.kind == "exposure"))]


def test_until_an_experiment_is_started_everybody_sees_the_same_page(
    client: FlaskClient, film: Title
) -> None:
    answer = client.get(f"/film/{film.slug}")

    assert arms(answer.text) == "button-words:try-free time-line:short"
    assert "Try 30 days free" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_each_arm_changes_the_page_and_stays_with_its_browser(
    site: Flask, film: Title, run: Experiment
) -> None:
    for arm, words in (("try-free", "Try 30 days free"), ("start-watching", "Start watching free")):
        client = browser(site, token_of(run, arm))
        seen = [page(client, film) for _ in range(2)]

        assert [words in text for text in seen] == [True, True]
        assert arms(seen[0]) == f"button-words:{arm} time-line:short"


def test_no_arm_promises_a_film_that_cannot_be_played(
    db: Session, site: Flask, run: Experiment
) -> None:
    text = page(browser(site, token_of(run, "start-watching")), factories.title(db, name="Soon"))

    assert arms(text) == "button-words:start-watching time-line:short"
    assert ("Try 30 days free" in text, "tart watching free" in text) == (True, False)


def test_a_long_time_line_has_two_more_points(db: Session, site: Flask, film: Title) -> None:
    rates = {"base_permille": 420, "goal_permille": 470}
    found = experiments.start(db, "time-line", actor="operator:1", reason="Try", now=NOW, **rates)
    points = {
        arm: page(browser(site, token_of(found, arm)), film).count("<li><strong>")
        for arm in ("short", "long")
    }

    assert points == {"short": 3, "long": 5}


def test_a_new_browser_is_named_so_that_its_arm_stays(
    client: FlaskClient, film: Title, run: Experiment
) -> None:
    first = client.get(f"/film/{film.slug}")
    second = client.get(f"/film/{film.slug}")

    assert first.headers["Set-Cookie"].startswith("visitor=")
    assert first.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in second.headers
    assert arms(first.text) == arms(second.text)


def test_the_offer_seen_is_noted_once_with_the_arm(
    db: Session, client: FlaskClient, film: Title, run: Experiment
) -> None:
    said = arms(page(client, film))
    for _ in range(2):
        report(client, film, said)

    arm = said.split()[0].removeprefix("button-words:")
    assert exposures(db) == [{"experiment": run.id, "arm": arm}]


def test_a_page_that_showed_another_arm_proves_nothing(
    db: Session, client: FlaskClient, film: Title, run: Experiment
) -> None:
    said = arms(page(client, film))
    other = "start-watching" if "try-free" in said else "try-free"
    for text in (f"button-words:{other} time-line:short", "", "x" * 200):
        report(client, film, text)

    assert exposures(db) == []


def test_a_member_sees_the_same_arm_in_every_browser(
    db: Session,
    site: Flask,
    signed_in_as: Callable[[Member], FlaskClient],
    film: Title,
    run: Experiment,
) -> None:
    # given a member who joined with a browser of one arm
    member = factories.member(db)
    joined = token_of(run, "start-watching")
    hashed = visitors.hashed(joined)
    db.add(Visitor(token_hash=hashed, first_seen_at=NOW, member_id=member.id, joined_at=NOW))
    db.flush()

    # when they sign in with a browser of the other
    client = signed_in_as(member)
    client.set_cookie("visitor", token_of(run, "try-free"))

    # then they are shown what they know
    assert "Start watching free" in page(client, film)


def test_a_browser_named_by_an_experiment_keeps_where_it_came_from(
    db: Session, client: FlaskClient, film: Title, run: Experiment
) -> None:
    page(client, film)
    event = {"id": "abcdefgh1234", "kind": "visit", "film": film.slug}
    client.post("/events", json={"events": [event], "source": "newsletter", "campaign": "july"})

    assert [(v.source, v.campaign) for v in db.scalars(select(Visitor))] == [("newsletter", "july")]


def test_a_visitor_without_script_is_counted_on_every_step_during_an_experiment(
    db: Session, client: FlaskClient, film: Title, run: Experiment
) -> None:
    page(client, film)
    client.get(f"/trial?film={film.slug}")

    kinds = {fact.kind for fact in db.scalars(select(Fact))}
    assert kinds == {"visit", "cta_seen", "cta_click"}


# --- the desk ---


def test_an_admin_starts_and_stops_an_experiment_with_a_reason(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    admin = signed_in_as(with_role(db, "admin"))

    assert "every visitor sees the same page" in admin.get("/desk/experiments").text
    assert admin.post("/desk/experiments", data=START).status_code == 303
    started = admin.get("/desk/experiments").text
    run = experiments.running(db)[0]
    stopped = admin.post(f"/desk/experiments/{run.id}/end", data={"reason": "Enough"})

    assert "6,743 people in each arm" in started
    assert "Peeking: 0 of 6,743 people" in started
    assert (stopped.status_code, experiments.running(db)) == (303, [])
    kept = [(one.action, one.reason) for one in db.scalars(select(Audit).order_by(Audit.id))]
    assert kept == [("experiment.started", "Few press it"), ("experiment.stopped", "Enough")]


@pytest.mark.parametrize(
    "over", [{"reason": " "}, {"goal": "3"}, {"base": "much"}, {"base": "4.55"}, {"base": ""}]
)
def test_a_form_that_makes_no_sense_is_shown_again_with_the_reason(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], over: dict[str, str]
) -> None:
    admin = signed_in_as(with_role(db, "admin"))

    answer = admin.post("/desk/experiments", data={**START, **over})

    assert (answer.status_code, experiments.every(db)) == (400, [])
    assert 'class="field__error"' in answer.text


def test_only_an_admin_may_start_or_stop(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], run: Experiment
) -> None:
    finance = signed_in_as(with_role(db, "finance"))

    answers = [
        finance.post("/desk/experiments", data={**START, "code": "time-line"}),
        finance.post(f"/desk/experiments/{run.id}/end", data={"reason": "Enough"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "<form" not in finance.get("/desk/experiments").text.split("<main")[1]
