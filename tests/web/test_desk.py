"""The operator's desk: who may read it, and that every number opens a list of its own length."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member, MemberRole, Role, Visitor
from catalog.models import Title
from core import settings
from reports import experiments, facts, history, keeping
from tests import factories
from tests.factories import NOW
from tests.queries import counted
from tests.reports import test_history
from tests.web.reading import text_of

pytestmark = pytest.mark.usefixtures("today", "offer")

PAGES = (
    "/desk",
    "/desk/conversion",
    "/desk/films",
    "/desk/revenue",
    "/desk/reminders",
    "/desk/experiments",
    "/desk/origins",
    "/desk/watching",
    "/desk/calendar",
)
PAST = "from=2026-07-01&to=2026-11-22"
LINK = re.compile(
    r'<a href="(/desk/people\?(?:(?!cell=assist)[^"])+)">\s*([\d,]+)\s*(?:</a>|<span)'
)
SHARED = re.compile(r'<a href="(/desk/people\?[^"]+)">[^<]+<span[^>]*>of ([\d,]+) trials</span>')
DAYS_SAID = r"1 July 2026 to 22 November 2026|all of the past|the last 30 days|next 60 days"
LATE_TRIAL = "W9,fay,trial,monthly,month,yes,2026-07-06T10:00Z,2026-08-05T10:00Z,,,,nosferatu\n"
LATE_PAYMENT = "P9,fay,W9,2026-09-20T11:00Z,699,0,gbp,month,,,\n"


@pytest.fixture
def operator(db: Session, signed_in_as: Callable[[Member], FlaskClient]) -> FlaskClient:
    """The browser of somebody who may read reports."""
    return signed_in_as(with_role(db, "viewer"))


def with_role(db: Session, name: str) -> Member:
    member, role = factories.member(db), Role(name=name)
    db.add(role)
    db.flush()
    db.add(MemberRole(member_id=member.id, role_id=role.id))
    db.flush()
    return member


@pytest.fixture
def past(db: Session, tmp_path: Path) -> Title:
    """Five trials from elsewhere, of which one paid after the horizon, and forty visitors of a
    film of ours, of whom one went all the way and three pressed the offer."""
    trials, payments = test_history.TRIALS + LATE_TRIAL, test_history.PAYMENTS + LATE_PAYMENT
    history.bring(db, test_history.folder(tmp_path, trials, payments), now=NOW)
    film = factories.title(db, name="Leaving Las Vegas")
    for number in range(40):
        _visitor(db, film, number, NOW - timedelta(days=60, minutes=number))
    _tried(db)
    _due_soon(db, film)
    return film


def _due_soon(db: Session, film: Title) -> None:
    """A trial of last week, and a payment a week ago."""
    at, member = NOW - timedelta(days=7), factories.member(db)
    ends = (at + timedelta(days=30)).isoformat()
    price = {"price_minor": 699, "currency": "gbp", "interval": "month"}
    trial = {"trial_ends_at": ends, "charge_at": ends, "carded": True, "offer": "monthly", **price}
    own: dict[str, Any] = {"title_id": film.id, "now": NOW}
    facts.record(db, "trial", "b", at=at, member_id=member.id, data=trial, **own)
    money = {"gross_minor": 699, "tax_minor": 0, "currency": "gbp", "interval": "month"}
    payer = factories.member(db)
    facts.record(db, "payment", "b", at=at, member_id=payer.id, data=money, now=NOW)


def _tried(db: Session) -> None:
    """An experiment of 59 days that two of the visitors were shown."""
    at = NOW - timedelta(days=59, hours=23)
    rates = {"base_permille": 40, "goal_permille": 50}
    run = experiments.start(db, "time-line", actor="operator:1", reason="Try", now=at, **rates)
    for visitor in db.scalars(select(Visitor).order_by(Visitor.id).limit(2)):
        unit, member_id = visitor.token_hash, visitor.member_id
        experiments.expose(db, run, unit, visitor_id=visitor.id, member_id=member_id, now=at)


def _visitor(db: Session, film: Title, number: int, at: datetime) -> None:
    source = "newsletter" if number % 2 else None
    visitor = Visitor(token_hash=str(number), first_seen_at=at, source=source)
    db.add(visitor)
    db.flush()
    seen: dict[str, Any] = {"visitor_id": visitor.id, "title_id": film.id, "now": NOW}
    facts.record(db, "visit", str(number), at=at, **seen)
    if number < 3:
        for kind, wait in (("cta_seen", 1), ("cta_click", 2)):
            facts.record(db, kind, str(number), at=at + timedelta(minutes=wait), **seen)
    if number == 0:
        _go_all_the_way(db, visitor, film, at)


def _go_all_the_way(db: Session, visitor: Visitor, film: Title, at: datetime) -> None:
    member = factories.member(db)
    visitor.member_id, visitor.joined_at = member.id, at + timedelta(minutes=5)
    ends = at + timedelta(days=30)
    trial = {"trial_ends_at": ends.isoformat(), "charge_at": ends.isoformat(), "carded": True}
    money = {"gross_minor": 699, "tax_minor": 0, "currency": "gbp", "interval": "month"}
    own: dict[str, Any] = {"member_id": member.id, "title_id": film.id, "now": NOW}
    facts.record(db, "account", "a", at=at + timedelta(minutes=5), **own)
    facts.record(db, "checkout_open", "a", at=at + timedelta(minutes=6), **own)
    facts.record(db, "trial", "a", at=at + timedelta(minutes=7), data=trial, **own)
    facts.record(db, "play", "a", at=at + timedelta(days=1), data={"seconds": 600}, **own)
    facts.record(db, "payment", "a", at=ends + timedelta(hours=1), data=money, **own)


# --- rights ---


@pytest.mark.parametrize("address", [*PAGES, "/desk/people", "/desk/films.csv", "/desk/mrr.json"])
def test_only_staff_may_read_the_desk(
    db: Session,
    client: FlaskClient,
    signed_in_as: Callable[[Member], FlaskClient],
    address: str,
) -> None:
    visitor = client.get(address)
    member = signed_in_as(factories.member(db)).get(address)

    assert (visitor.status_code, member.status_code) == (303, 403)
    assert visitor.location.startswith("/account/sign-in")


@pytest.mark.parametrize("role", ["viewer", "support", "finance", "admin"])
def test_every_role_of_staff_may_read_the_desk(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], role: str
) -> None:
    answer = signed_in_as(with_role(db, role)).get("/desk")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


# --- figures ---


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.usefixtures("past")
def test_every_number_opens_a_list_of_its_own_length(operator: FlaskClient, address: str) -> None:
    page = operator.get(f"{address}?{PAST}").text

    links = {*LINK.findall(page), *SHARED.findall(page)}  # a share opens the trials it is of
    assert links
    for href, number in sorted((html.unescape(href), number) for href, number in links):
        heading = re.search(r"<h1>\s*([\d,]+) in this list", operator.get(href).text)
        assert (href, heading and heading[1]) == (href, number)


@pytest.mark.usefixtures("past")
def test_a_list_has_as_many_rows_as_its_heading_says(operator: FlaskClient) -> None:
    listed = f"/desk/people?{PAST}&report=funnel&row=0&cell=people"

    page = operator.get(listed).text
    file = operator.get(listed.replace("people?", "people.csv?")).text

    rows = len(re.findall(r'<tr>\s*<th scope="row">', page))
    assert (rows, len(list(csv.DictReader(io.StringIO(file))))) == (40, 40)


@pytest.mark.usefixtures("past")
def test_a_trial_counts_once_the_operators_window_for_its_payment_is_over(
    operator: FlaskClient,
) -> None:
    settings.use(settings.current().model_copy(update={"collection_window_days": 3}))

    page = operator.get(f"/desk/conversion?{PAST}").text

    assert "horizon 33 days" in text_of(page)


@pytest.mark.usefixtures("past")
def test_the_funnel_says_what_its_rates_are_out_of(operator: FlaskClient) -> None:
    page = operator.get(f"/desk?{PAST}").text

    for words in (
        "1 July 2026 to 22 November 2026, time zone UTC, all sources",
        "as of 22 November 2026, 12:00 UTC",
        "small sample",
        "Left out as robots",
    ):
        assert words in page


@pytest.mark.usefixtures("past")
def test_a_source_keeps_the_people_who_came_from_there(operator: FlaskClient) -> None:
    counts = []
    for source in ("", "newsletter", "-"):
        page = operator.get(f"/desk/funnel.json?{PAST}&source={source}").get_json()
        counts.append(page["rows"][0]["people"])

    assert counts == [40, 20, 20]


def test_a_film_has_a_funnel_of_its_own(operator: FlaskClient, past: Title) -> None:
    found = operator.get(f"/desk/funnel.json?{PAST}&film={past.slug}").get_json()

    assert [row["people"] for row in found["rows"]] == [40, 3, 3, 1, 1, 1, 1, 1]


@pytest.mark.usefixtures("past")
def test_a_chart_is_drawn_without_script_and_says_what_it_shows(operator: FlaskClient) -> None:
    page = operator.get(f"/desk?{PAST}").text

    assert "<desc id=" in page
    assert "Film page seen: 40; Offer seen: 3" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "address", [f"{page}?" for page in PAGES] + ["/desk/conversion?definition=recurly&"]
)
@pytest.mark.usefixtures("past")
def test_every_table_says_which_days_zone_and_source_it_is_of(
    operator: FlaskClient, address: str
) -> None:
    page = operator.get(f"{address}{PAST}").text

    captions = re.findall(r"<caption[^>]*>(.*?)</caption>", page, re.S)
    assert captions
    for caption in captions:
        assert "time zone UTC" in caption
        assert "all sources" in caption
        assert re.search(DAYS_SAID, caption)


def test_an_amount_that_nothing_tells_is_a_dash_and_not_nothing(
    db: Session, operator: FlaskClient
) -> None:
    _due_soon(db, factories.title(db))

    page = operator.get("/desk/calendar").text

    cells = re.findall(r'<td class="number">(.*?)</td>', page, re.S)
    assert [cell for cell in cells if "0.0" in cell] == []
    assert "not known yet" in page and "<svg" not in page[page.index("<h1>") : page.index("<table")]
    assert "For 3 of them no similar charge has been seen yet" in text_of(page)


def test_a_funnel_in_which_nobody_was_seen_is_one_sentence(
    db: Session, operator: FlaskClient
) -> None:
    _due_soon(db, factories.title(db))

    page = operator.get("/desk").text

    assert "Nobody was seen on a film page in these days" in page
    assert "<table" not in page
    assert "“Trials started” above counts every trial" in page


def test_who_paused_stands_apart_from_who_left(db: Session, operator: FlaskClient) -> None:
    for name, kind, data in (
        ("a", "pause", {}),
        ("b", "ended", {"cause": "voluntary", "reason": "price"}),
        ("c", "ended", {"cause": "voluntary"}),
    ):
        sub = factories.subscription(db, factories.member(db))
        own: dict[str, Any] = {"member_id": sub.member_id, "subscription_id": sub.id, "now": NOW}
        money = {"gross_minor": 699, "tax_minor": 0, "currency": "gbp", "interval": "month"}
        facts.record(db, "payment", name, at=NOW - timedelta(days=40), data=money, **own)
        facts.record(db, kind, name, at=NOW - timedelta(days=9), data=data, **own)

    told = text_of(operator.get(f"/desk/revenue?{PAST}").text)

    assert re.findall(
        r"Left or paused \d|Paused \d|It costs too much \d|No reason given \d", told
    ) == [
        "Left or paused 3",
        "Paused 1",
        "It costs too much 1",
        "No reason given 1",
    ]


@pytest.mark.usefixtures("past")
def test_a_period_is_named_as_people_name_it(operator: FlaskClient) -> None:
    said = {
        "/desk/conversion": r"July 2026",
        "/desk/conversion?by=week": r"Week of 29 June 2026",
        "/desk/conversion?by=day": r"1 July 2026",
        "/desk/revenue?by=month": r"November 2026",
        "/desk/calendar": r"15 December 2026",
    }
    for address, words in said.items():
        page = operator.get(f"{address}{'&' if '?' in address else '?'}{PAST}").text
        heads = re.findall(r'<th scope="row"[^>]*>\s*([^<]*)', page)
        assert words in heads, address
        assert not any(re.match(r"\d{4}-", head) for head in heads), address


@pytest.mark.usefixtures("past")
def test_the_share_of_the_reminded_is_one_sentence(operator: FlaskClient) -> None:
    told = text_of(operator.get(f"/desk/reminders?{PAST}").text)

    assert re.search(r"before the charge: \d+ of \d+ , which is [\d.]+% \(95% interval", told)


def test_words_of_the_desk_have_the_apostrophes_of_a_book() -> None:
    found = []
    for path in sorted(Path("templates/desk").glob("*.html")):
        words = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
        found += re.findall(r"\w*[a-z]'s? ", words)

    assert found == []


# --- files ---


@pytest.mark.parametrize(
    ("page", "file", "rows"),
    [
        ("/desk", "/desk/funnel.csv", 8),
        ("/desk/conversion", "/desk/conversion.csv", 3 + 1),
        ("/desk/films", "/desk/films.csv", 4),
        ("/desk/revenue", "/desk/mrr.csv", 5),
    ],
)
@pytest.mark.usefixtures("past")
def test_a_file_has_the_rows_of_the_page(
    operator: FlaskClient, page: str, file: str, rows: int
) -> None:
    shown = operator.get(f"{page}?{PAST}&by=month").text
    table = re.search(r"<tbody>(.*?)</tbody>", shown, re.S)
    answer = operator.get(f"{file}?{PAST}&by=month")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table is not None
    assert table[1].count('<th scope="row"') == rows
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == rows


def test_a_film_that_looks_like_a_formula_is_harmless_in_a_file(
    db: Session, operator: FlaskClient, tmp_path: Path
) -> None:
    trials = test_history.TRIALS.replace("nosferatu", "=cmd|' /C calc'!A0").replace(
        "metropolis", "@SUM(A1)"
    )
    history.bring(db, test_history.folder(tmp_path, trials), now=NOW)

    found = csv.DictReader(io.StringIO(operator.get(f"/desk/films.csv?{PAST}").text))

    assert {row["film"] for row in found} == {"'=cmd|' /C calc'!A0", "'@SUM(A1)", "none"}


@pytest.mark.usefixtures("past")
def test_another_definition_stands_beside_ours(operator: FlaskClient) -> None:
    page = operator.get(f"/desk/conversion?{PAST}&definition=chartmogul").text

    assert "As ChartMogul counts" in page
    assert "People who differ" in page


# --- questions ---


@pytest.mark.parametrize(
    "query",
    [
        "from=tomorrow",
        "from=2026-09-02&to=2026-09-01",
        "by=year",
        "zone=Mars",
        "horizon=-1",
        "as_of=now",
        "definition=mine",
        "to=0001-01-01",
        "horizon=99999999999999999999",
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(
    operator: FlaskClient, query: str
) -> None:
    assert operator.get(f"/desk/conversion?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "report=nothing",
        "report=funnel&row=9&cell=people",
        "report=funnel&row=" + "9" * 5000 + "&cell=people",
        "report=mrr&row=99&cell=due",
        "report=funnel&row=0&cell=x",
        "report=conversion&row=1999&cell=old",
        "report=films&row=no&cell=old",
        "",
    ],
)
def test_a_list_that_does_not_exist_is_not_found(operator: FlaskClient, query: str) -> None:
    assert operator.get(f"/desk/people?{query}").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_desk_says_what_would_be_there(operator: FlaskClient, address: str) -> None:
    assert operator.get(address).status_code == 200


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize("page", ["", "/conversion", "/films"])
def test_a_page_of_the_desk_reads_no_fact_once_the_workers_have(
    db: Session, operator: FlaskClient, page: str
) -> None:
    keeping.catch_up(db)

    with counted(db) as asked:
        operator.get(f"/desk{page}?{PAST}")

    assert [statement for statement in asked if re.search(r"FROM fact\b", statement)] == []
