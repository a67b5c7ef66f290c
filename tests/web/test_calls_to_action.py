"""Every call to a trial, on every page that paints one, stands beside its price and date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import Offer
from billing.offer_models import BANNER, WORDS
from reports.models import Fact
from tests import factories
from tests.factories import NOW
from tests.web.reading import parsed, text_of

pytestmark = pytest.mark.usefixtures("today")

PRICE = re.compile(r"[£$€]\d+\.\d\d a (?:month|year)\b.*(?:plus tax where due|tax included)")
DATE = re.compile(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b|from today")
PROMISES = re.compile(
    r"\b(?:Try|Start|Watch|Get|Subscribe)\b.*\bfree\b|\bfree\b.*\btrial\b|\btrial\b.*\bfree\b",
    re.IGNORECASE,
)
# "split" is the page of a step on the way to a trial: its form or its link stands beside the terms.
BOXES = {"trial-button", "banner", "offer-line", "split"}
REFUSALS = (403, 404, 410, 429, 500, 503)
WITH_AN_ARGUMENT = (
    *("/film/known", "/film/known/reviews", "/genre/drama", "/collection/shown"),
    *("/person/ada-player", "/film/known/trailer", "/film/unseen/trailer", "/nowhere"),
    *("/search?q=known", "/search?q=zzqqxx", "/browse?decade=1890"),
    *(f"/refused/{status}" for status in REFUSALS),
)
PARTNER: dict[str, Any] = {
    "code": "popflix",
    "kind": "partner",
    "brand": "Popflix",
    "words": "Try it with {brand}",
    "amount_minor": 599,
    "partner_url": "https://popflix.example/join?by=matinee",
    "partner_code": "MATINEE30",
}


def is_way_in(address: str) -> bool:
    """Whether an address is our trial, a partner's, or a sign-up that goes on to one, as it does
    where it names no page."""
    parts = urlsplit(address)
    if parts.path == "/account/sign-up":
        parts = urlsplit(dict(parse_qsl(parts.query)).get("next", "/trial"))
    return re.fullmatch("/trial|/offer/.+", parts.path) is not None


def calls_of(tree: Any) -> Iterator[Any]:
    """What leads to a trial or promises one, whatever it looks like: links, forms, and buttons,
    also those of a form that stands elsewhere."""
    forms = {one.get("id"): one.get("action", "") for one in tree.iter("form")}
    for one in tree.iter():
        ways = [one.get(name, "") for name in ("href", "action", "formaction") if one.tag != "link"]
        ways.append(forms.get(one.get("form", ""), ""))
        words = said_in(one) or one.get("value", "") if one.tag in ("a", "button", "input") else ""
        if (
            "data-call-to-action" in one.attrib
            or any(map(is_way_in, ways))
            or PROMISES.search(words)
        ):
            yield one


def said_in(element: Any) -> str:
    """The words of an element and of all in it, on one line."""
    return " ".join("".join(element.itertext()).split())


def unsaid(page: str) -> list[str]:
    """The calls to action of a page beside which price, tax or date is missing."""
    tree = parsed(page)
    around = {child: parent for parent in tree.iter() for child in parent}
    wrong = []
    for call in calls_of(tree):
        box = call
        while not BOXES & set(box.get("class", "").split()) and box in around:
            box = around[box]
        told = said_in(box if box in around else call)
        if box not in around or not (PRICE.search(told) and DATE.search(told)):
            wrong.append(told)
    return wrong


def all_unsaid(pages: dict[str, str]) -> dict[str, list[str]]:
    """The same of many pages, those alone where something is missing."""
    return {address: wrong for address, page in pages.items() if (wrong := unsaid(page))}


@pytest.fixture
def known(db: Session, site: Flask) -> None:
    """A film and whatever leads to it, one whose trailer cannot be played, and every refusal."""
    video_id = factories.video(db).id
    film = factories.title(
        db, name="Known", video_id=video_id, genres=["Drama"], cast=["Ada Player"]
    )
    factories.trailer(db, film, video_id=video_id)
    factories.trailer(db, factories.title(db, name="Unseen"))
    factories.collection(db, "Shown", [film])
    site.add_url_rule("/refused/<int:status>", "refused", lambda status: abort(status))


def pages_of(client: FlaskClient) -> dict[str, str]:
    """Every page that can be read without an argument, and some with one, refusals among them."""
    rules = client.application.url_map.iter_rules()
    plain = {rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments}
    answers = {address: client.get(address) for address in (*sorted(plain), *WITH_AN_ARGUMENT)}
    return {
        address: answer.text
        for address, answer in answers.items()
        if answer.mimetype == "text/html" and answer.location is None
    }


@pytest.mark.usefixtures("known", "offer")
def test_every_page_of_a_visitor_says_what_the_trial_costs_and_from_when(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db, **PARTNER)

    pages = pages_of(client)

    calling = {address for address, page in pages.items() if "data-call-to-action" in page}
    assert {"/", "/browse", "/film/known", "/help", "/account/sign-in"} <= calling
    assert {"/nowhere", "/person/ada-player", "/search?q=zzqqxx", "/refused/429"} <= calling
    assert set(WITH_AN_ARGUMENT) <= set(pages)
    assert all_unsaid(pages) == {}


@pytest.mark.usefixtures("known", "offer")
def test_every_page_of_a_past_trialist_says_the_price_and_nothing_of_free(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    pages = pages_of(signed_in_as(factories.past_trialist(db)))

    assert "data-call-to-action" in pages["/account"]
    assert set(WITH_AN_ARGUMENT) <= set(pages)
    assert all_unsaid(pages) == {}
    for address in ("/", "/film/known", "/account", "/trial"):
        assert "days free" not in text_of(pages[address])
    assert "free until" not in text_of(pages["/help"])
    assert "pay nothing" not in text_of(pages["/terms"])
    assert "What you may have now: £6.99 a month from today" in text_of(pages["/terms"])
    assert "You are welcome back for £6.99 a month from today" in text_of(pages["/help"])


@pytest.mark.usefixtures("known", "offer")
def test_an_offer_for_those_who_come_back_is_painted_in_its_own_words(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    words = {"words": "Back to the films", "banner": "The projector still runs."}
    factories.offer(db, code="back", amount_minor=499, audience="returning", **words)

    pages = pages_of(signed_in_as(factories.past_trialist(db)))

    assert all_unsaid(pages) == {}
    for address in ("/", "/film/known", "/account"):
        said = text_of(pages[address])
        assert "Back to the films £4.99 a month from today, plus tax" in said
        assert "The projector still runs. Watch again for £4.99 a month" in said


@pytest.mark.usefixtures("known")
def test_whoever_was_billed_in_another_currency_reads_so_and_sees_no_button_that_is_refused(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    # given somebody whose trial was in pounds, where dollars alone are taken now
    factories.offer(db, code="dollars", currency="usd")
    client = signed_in_as(factories.past_trialist(db))

    # when they read any page
    pages = pages_of(client)

    # then none calls to what the checkout refuses, and those that would say why and the way on
    assert [address for address, page in pages.items() if "data-call-to-action" in page] == []
    assert (client.get("/trial").location, "$" in pages["/account"]) == ("/", False)
    for address in ("/", "/film/known", "/account"):
        assert "Your account is in GBP and cannot have a second currency" in text_of(pages[address])
        assert "Nothing is on sale here" not in pages[address]


@pytest.mark.usefixtures("known", "offer")
def test_every_page_of_a_member_without_a_trial_says_what_it_costs_and_from_when(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    pages = pages_of(signed_in_as(factories.member(db)))

    calling = {address for address, page in pages.items() if "data-call-to-action" in page}
    assert {"/", "/account", "/person/ada-player", "/nowhere", "/refused/403"} <= calling
    assert set(WITH_AN_ARGUMENT) <= set(pages)
    assert all_unsaid(pages) == {}


@pytest.mark.usefixtures("known", "offer")
@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/film/known", "/trial?film=known"),
        ("/film/known/reviews?sort=lowest", "/trial?film=known"),
        ("/help", "/trial"),
        ("//elsewhere.example/film/known", "/trial"),
    ],
)
def test_the_offer_beside_signing_in_is_that_of_the_film_one_comes_from(
    client: FlaskClient, back: str, leads: str
) -> None:
    page = parsed(client.get("/account/sign-in", query_string={"next": back}).text)

    (call,) = (
        one
        for one in page.iter()
        if "data-call-to-action" in one.attrib and one.text == "See the offer"
    )
    assert call.get("href") == leads


@pytest.mark.usefixtures("known", "offer")
def test_the_reading_above_notices_when_the_terms_are_taken_away(client: FlaskClient) -> None:
    page = client.get("/film/known").text
    assert unsaid(page) == []

    bare = re.sub(r'<p class="trial-button__terms">.*?</p>', "", page, flags=re.S)

    assert unsaid(bare) == ["Try 30 days free", "Try free"]


@pytest.mark.usefixtures("known", "offer")
@pytest.mark.parametrize(
    "bare",
    [
        '<a href="/trial?film=known">Go</a>',
        '<a href="/account/sign-up?next=/trial%3Ffilm%3Dknown">Go</a>',
        '<a class="button" href="/account/sign-up">Go</a>',
        '<a href="/help">Free trial</a>',
        '<a href="/help">Try 30 days free</a>',
        '<form action="/trial"><button>Go</button></form>',
        '<form action="/account/sign-up?next=/trial" method="post"><input type="submit"></form>',
        '<form id="a"><button formaction="/offer/popflix">Go</button></form>',
        '<input type="submit" value="Start watching free">',
        "<p data-call-to-action>Go</p>",
    ],
)
def test_the_reading_above_notices_whatever_leads_to_a_trial_without_its_terms(
    client: FlaskClient, bare: str
) -> None:
    page = client.get("/nowhere").text
    assert unsaid(page) == []

    (wrong,) = unsaid(page.replace("</main>", f"{bare}</main>"))

    assert wrong in ("Go", "Try 30 days free", "Free trial", "")


@pytest.mark.usefixtures("known")
def test_a_partners_offer_is_labelled_leads_out_and_its_click_is_kept(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db, **PARTNER)

    page = client.get("/film/known")
    out = client.get("/offer/popflix?film=known")

    said = text_of(page.text)
    assert "Try it with Popflix Then £5.99 a month plus tax where due, until you cancel." in said
    assert "Partner offer: this leads to Popflix, who pays us when you join." in said
    assert "Name the code MATINEE30 there." in said
    assert 'href="/offer/popflix?film=known" rel="sponsored nofollow"' in page.text
    assert (out.status_code, out.location) == (303, "https://popflix.example/join?by=matinee")
    fact = db.scalars(select(Fact).where(Fact.kind == "partner_click")).one()
    assert (fact.data, fact.title_id is None) == ({"offer": "popflix"}, False)


@pytest.mark.usefixtures("known", "offer", "today")
def test_a_partners_offer_beside_ours_says_until_when_it_is_free_and_what_then(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db, **PARTNER | {"trial_days": 7})

    page = client.get("/film/known").text

    assert "Free until 29 November 2026 with Popflix. Then £5.99 a month" in text_of(page)


@pytest.mark.usefixtures("known", "offer")
def test_no_two_links_of_a_page_say_the_same_and_lead_to_different_sellers(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db, **PARTNER | {"words": WORDS, "banner": BANNER})

    page = parsed(client.get("/film/known").text)
    calls = [one for one in page.iter() if "data-call-to-action" in one.attrib]

    sellers: dict[str, set[str]] = {}
    for one in calls:
        sellers.setdefault(one.text or "", set()).add((one.get("href") or "").partition("?")[0])
    assert {"/trial", "/offer/popflix"} <= {there for led in sellers.values() for there in led}
    assert [words for words, led in sellers.items() if len(led) > 1] == []


def test_where_a_partner_alone_sells_nothing_of_theirs_is_said_to_be_ours(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db, **PARTNER)

    led = client.get("/trial")
    form = text_of(client.get("/account/sign-up").text)
    banner = parsed(client.get("/").text).find(".//aside[@aria-label='Partner offer']//a")
    read = [text_of(client.get(path).text) for path in ("/help", "/terms")]

    assert (led.status_code, led.location) == (303, "/")  # where the offer stands with its terms
    assert "Make an account" in form and "£5.99" not in form and "Your trial" not in form
    assert banner is not None and banner.get("rel") == "sponsored nofollow"
    for said in read:
        assert "The free days that our pages show are those of Popflix, " in said
        assert "You give a card" not in said and "A trial lasts" not in said


@pytest.mark.usefixtures("offer")
def test_no_address_leads_out_but_that_of_a_partners_running_offer(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db, **PARTNER, starts_at=NOW + timedelta(days=1))

    answers = [client.get(f"/offer/{code}") for code in ("popflix", "standard", "nobody")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("over", [{"ends_at": NOW}, {"active": False}])
@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("?film=known", "/film/known?notice=offer"),
        ("?film=unknown", "/?notice=offer"),
        ("", "/?notice=offer"),
    ],
)
@pytest.mark.usefixtures("known")
def test_from_a_page_that_was_open_when_an_offer_ended_the_way_leads_back_with_a_notice(
    client: FlaskClient, db: Session, over: dict[str, Any], asked: str, there: str
) -> None:
    factories.offer(db, **PARTNER, **over)

    answer = client.get(f"/offer/popflix{asked}")

    assert (answer.status_code, answer.location) == (303, there)
    assert "This offer is over." in text_of(client.get(there).text)
    assert "This offer is over." not in text_of(client.get(there.partition("?")[0]).text)
    assert db.scalars(select(Fact).where(Fact.kind == "partner_click")).all() == []


def test_a_price_that_changed_since_the_page_was_opened_is_shown_before_it_is_agreed_to(
    db: Session, offer: Offer, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    client = signed_in_as(factories.member(db))
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert '<input type="hidden" name="offer" value="standard">' in client.get("/trial").text

    # when another offer takes its place
    offer.active = False
    factories.offer(db, code="dearer", amount_minor=899)
    answer = client.post("/trial", data={"offer": "standard"})

    # then nothing has started, and the page says why
    assert answer.status_code == 409
    assert "The offer has changed since you opened this page." in answer.text
    assert "then £8.99 a month" in answer.text
