"""A visitor says in which country they are, and is shown its offer, certificate and releases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from accounts.models import Member
from billing.models import CheckoutAttempt
from catalog.models import Certificate, Release
from core import db as database
from tests import factories, sites
from tests.serving import served
from tests.web.forms import send
from tests.web.reading import graph_of, parsed, text_of
from tests.web.test_signing_up import PASSWORD, another_browser, link, sign_up
from tests.world import World
from web import here

GERMAN = {"code": "german", "currency": "eur", "amount_minor": 799, "trial_days": 14}
ODD = {
    "": None,
    "country=DE": "DE",
    "a=b;country=DE": "DE",
    "country=DE; country=FR": "DE",
    "\tcountry=DE \t; a=b": "DE",
    "country=XX; country=DE": None,
    "country=xx; country=DE": "DE",
    "country=de": None,
    "Country=DE": None,
    "country=DEU": None,
    'country="DE"': None,
    "mycountry=DE": None,
    "a=country=DE": None,
    "country=": None,
    "country=ZZ": None,
}


@pytest.fixture
def film(db: Session) -> str:
    """The address of a film that came out in two countries, sold in each at a price of its own."""
    factories.offer(db, territories=["GB"])
    factories.offer(db, **GERMAN, territories=["DE"])
    made = factories.title(db, name="One", video_id=factories.video(db).id)
    for territory, system, label in (("GB", "BBFC", "18"), ("DE", "FSK", "16")):
        db.add(Certificate(title_id=made.id, system=system, territory=territory, label=label))
    db.add(Release(title_id=made.id, territory="DE", kind="theatrical", on=date(1996, 3, 1)))
    db.add(Release(title_id=made.id, territory="GB", kind="theatrical", on=date(1996, 1, 19)))
    db.flush()
    return f"/film/{made.slug}"


def choose(browser: FlaskClient, code: str, to: str = "/") -> None:
    """Say in which country one is."""
    answer = browser.post(f"/country?to={to}", data={"country": code})
    assert (answer.status_code, answer.location) == (303, to)


@pytest.mark.usefixtures("today")
def test_whoever_chose_a_country_reads_its_price_and_first_payment_on_every_page(
    client: FlaskClient, film: str
) -> None:
    addresses = ("/", "/browse", film, "/help", "/terms", "/account/sign-up")
    before = {address: text_of(client.get(address).text) for address in addresses}

    choose(client, "DE", film)

    after = {address: text_of(client.get(address).text) for address in addresses}
    assert [one for one, said in before.items() if "£6.99" not in said or "€" in said] == []
    assert [one for one, said in after.items() if "€7.99" not in said or "£" in said] == []
    assert "22 December 2026" in before[film] and "6 December 2026" in after[film]
    assert "Country: United Kingdom · Change" in before[film]
    assert "Country: Germany · Change" in after[film]


@pytest.mark.usefixtures("today")
def test_the_certificate_release_and_marked_up_price_are_those_of_the_country(
    client: FlaskClient, film: str
) -> None:
    def told() -> tuple[bool, bool, str, str]:
        page = client.get(film).text
        said, (movie, *_) = text_of(page), graph_of(page)
        german_first = said.index("Germany, in cinemas") < said.index("United Kingdom, in cinemas")
        certified = "Certificate 16 FSK" in said
        return certified, german_first, movie["offers"]["priceCurrency"], movie["contentRating"]

    assert told() == (False, False, "GBP", "18")
    choose(client, "DE", film)
    assert told() == (True, True, "EUR", "16")


@pytest.mark.usefixtures("film")
def test_where_nothing_is_sold_pages_say_so_in_their_usual_words(
    client: FlaskClient, film: str
) -> None:
    choose(client, "FR", film)

    said = text_of(client.get(film).text)

    assert "Nothing is on sale here at the moment." in said and "Country: France" in said
    assert client.get("/trial?film=one").location == f"{film}?notice=watch"


def test_the_page_lists_the_countries_by_name_and_its_cookie_lasts_a_year(
    client: FlaskClient,
) -> None:
    shown = client.get("/country?to=/help")
    answer = client.post("/country?to=/help", data={"country": "DE"})

    options = [one.text for one in parsed(shown.text).iter("option")]
    assert options[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert options[-1] == "Zimbabwe" and "Germany" in options
    assert not {"world", "Unknown Region"} & set(options)
    assert '<option value="GB" selected>' in shown.text
    assert "Set-Cookie" not in shown.headers  # a session would end the kept pages of this browser
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *about = cookie.split("; ")
    assert name == "country=DE"
    assert {"Max-Age=31536000", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(about)
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("code", ["", "XX", "de", "Germany", "ZZ", "DE\r\nSet-Cookie: a=b"])
def test_a_country_that_there_is_not_is_refused_beside_the_field(
    client: FlaskClient, code: str
) -> None:
    answer = client.post("/country?to=/help", data={"country": code})

    assert answer.status_code == 422 and "Set-Cookie" not in answer.headers
    assert "Choose a country from the list." in text_of(answer.text)
    assert 'action="/country?to=/help"' in answer.text and "Error: Your country" in answer.text
    parsed(answer.text)


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_way_leads_back_to_pages_of_ours_alone(client: FlaskClient, to: str) -> None:
    answer = client.post("/country", query_string={"to": to}, data={"country": "DE"})

    assert (answer.status_code, answer.location) == (303, "/")


def test_a_form_that_another_site_sends_changes_nothing(client: FlaskClient) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    answer = client.post("/country", data={"country": "DE"}, headers=elsewhere)

    assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)
    assert "This was sent from another site." in text_of(answer.text)


@pytest.mark.parametrize(("cookies", "code"), ODD.items())
def test_an_unknown_or_malformed_cookie_is_as_good_as_none(
    site: Flask, cookies: str, code: str | None
) -> None:
    browser = site.test_client(use_cookies=False)  # so that it sends what the test writes
    page = browser.get("/help", headers={"Cookie": cookies}).text

    assert here.chosen(cookies) == code
    assert ("Country: Germany" if code else "Country: United Kingdom") in text_of(page)


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/", None),
        ("/browse?sort=rating&utm_source=a", "/browse?sort%3Drating"),
        ("/search?q=known", "/search?q%3Dknown"),
        ("/account/sign-up?next=/trial", "/account/sign-up?next%3D/trial"),
        ("/country?to=/help", "/help"),
        ("/nowhere", "/nowhere"),
    ],
)
def test_the_foot_leads_to_the_choice_and_the_choice_back_to_the_page(
    client: FlaskClient, address: str, to: str | None
) -> None:
    way = f"/country?to={to}" if to else "/country"

    assert f'<a href="{way}" rel="nofollow">Change' in client.get(address).text


@pytest.mark.usefixtures("film")
def test_a_members_own_country_wins_and_is_changed_in_the_profile(
    db: Session, signed_in_as: Callable[[Member], FlaskClient], film: str
) -> None:
    browser = signed_in_as(factories.member(db, territory="GB"))
    browser.set_cookie("country", "DE")

    page = browser.get(film).text

    assert "£6.99" in text_of(page) and "Country: United Kingdom" in text_of(page)
    assert '<a href="/account/profile" rel="nofollow">Change' in page
    assert browser.get("/country").location == "/account/profile"
    assert browser.post("/country", data={"country": "DE"}).location == "/account/profile"


def test_signing_up_takes_the_country_over_and_the_checkout_is_of_the_offer_that_was_shown(
    world: World,
) -> None:
    # given an offer for Germany, and a visitor who chose it
    factories.offer(world.db, **GERMAN, territories=["DE"])
    world.db.commit()
    choose(world.site, "DE", "/film/leaving-las-vegas")

    # when they sign up and open the link in a browser that chose nothing
    sign_up(world, "noel@example.org")
    phone = another_browser(world)
    answer = send(phone, link(world), password=PASSWORD)

    # then the account is a German one, and its checkout that of the German offer
    (noel,) = world.rows(Member)
    shown = text_of(phone.get(answer.location).text)
    assert (noel.territory, "€7.99 a month" in shown, "£" in shown) == ("DE", True, False)
    assert send(phone, answer.location, "/trial").status_code == 303
    (attempt,) = world.rows(CheckoutAttempt)
    assert (attempt.offer.code, attempt.offer.currency) == ("german", "eur")


@pytest.mark.parametrize(
    ("asked_in", "opened_in", "territory"),
    [("DE", None, "DE"), (None, "DE", "DE"), ("DE", "GB", "GB"), (None, None, None)],
)
def test_the_link_in_another_browser_shows_the_offer_that_the_account_is_charged(
    world: World, asked_in: str | None, opened_in: str | None, territory: str | None
) -> None:
    # given a sign-up, and a browser in which another country may be chosen
    factories.offer(world.db, territories=["GB"])
    factories.offer(world.db, **GERMAN, territories=["DE"])
    world.db.commit()
    phone = another_browser(world)
    for browser, code in ((world.site, asked_in), (phone, opened_in)):
        if code:
            browser.set_cookie("country", code)
    sign_up(world, "noel@example.org")
    there = link(world)

    # when the link is opened there
    pages = [phone.get(there), send(phone, there, password="not the one")]
    pages.append(phone.get(send(phone, there, password=PASSWORD).location))

    # then the terms beside the password are those of the payment that follows
    said = [text_of(page.text) for page in pages]
    price, country = ("€7.99", "Germany") if territory == "DE" else ("£6.99", "United Kingdom")
    assert [price in one and f"Country: {country}" in one for one in said] == [True] * 3
    assert [one.territory for one in world.rows(Member)] == [territory]


def test_a_new_link_keeps_the_country_and_no_choice_leaves_the_profile_to_the_site(
    world: World,
) -> None:
    world.site.set_cookie("country", "DE")
    sign_up(world, "noel@example.org")
    there = link(world)
    world.leap(days=0.05)
    assert send(world.site, there, f"{there}/again").status_code == 303
    world.site.get(link(world))
    plain = another_browser(world)
    sign_up(world, "ana@example.org", plain)
    plain.get(link(world))

    assert {one.email: one.territory for one in world.rows(Member)} == {
        "noel@example.org": "DE",
        "ana@example.org": None,
    }


def test_in_a_browser_without_script_the_foot_leads_to_another_price_and_back(
    browser: Browser, fresh_database: str
) -> None:
    with database.transaction() as session:
        factories.offer(session, territories=["GB"])
        factories.offer(session, **GERMAN, territories=["DE"])
        factories.title(session, name="One", video_id=factories.video(session).id)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    with served(sites.made()) as address:
        page.goto(f"{address}/film/one")
        page.get_by_role("link", name="Change country").click()
        page.get_by_label("Country").select_option("Germany")
        page.get_by_role("button", name="Show pages for this country").click()

        expect(page).to_have_url(f"{address}/film/one")
        expect(page.get_by_role("main")).to_contain_text("€7.99 a month")
        expect(page.get_by_role("contentinfo")).to_contain_text("Country: Germany")
    context.close()
