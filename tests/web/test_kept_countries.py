"""Each country that visitors chose has kept pages of its own, and none is told another's price."""

from __future__ import annotations

import pytest
from sqlalchemy import event, update

from billing.models import Offer
from core import db
from tests import factories
from tests.web.kept_site import Site, site, try_words

__all__ = ["site"]
GERMAN = {"code": "german", "currency": "eur", "amount_minor": 799, "territories": ["DE"]}
NOBODY = {"Authorization": "Basic bm9ib2R5"}  # proof of a person, so no kept page answers


@pytest.fixture(autouse=True)
def sold_in_two_countries(site: Site) -> None:
    site.change(lambda session: factories.offer(session, **GERMAN))


@pytest.mark.parametrize("first", ["country=DE", ""])
@pytest.mark.parametrize("address", ["/film/one", "/", "/help"])
def test_pages_of_two_countries_do_not_mix_whoever_comes_first(
    site: Site, address: str, first: str
) -> None:
    second = "" if first else "country=DE"
    told: dict[str, list[tuple[bool, bool, str]]] = {}
    for cookies in (first, second, first, second):
        answer = site.get(address, Cookie=cookies)
        told.setdefault(cookies, []).append(
            ("€7.99" in answer.text, "£6.99" in answer.text, answer.headers["ETag"])
        )

    (german, again), (british, still) = told["country=DE"], told[""]
    assert (german[:2], british[:2]) == ((True, False), (False, True))
    assert (german, british) == (again, still)
    assert german[2] != british[2] and german[2].startswith('"')
    assert site.pages.find(f"{address}#DE") and site.pages.find(address)


def test_a_page_that_one_country_has_is_not_another_countrys_unchanged(site: Site) -> None:
    etag = site.get("/film/one").headers["ETag"]

    answer = site.get("/film/one", Cookie="country=DE", **{"If-None-Match": etag})

    assert (answer.status_code, "€7.99" in answer.text) == (200, True)
    assert {"Cookie", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("cookies", ["country=XX", "country=de", 'country="DE"', "country=GB"])
def test_what_is_no_other_country_finds_the_sites_own_pages_and_leaves_none(
    site: Site, cookies: str
) -> None:
    kept = len(site.pages)
    etag = site.get("/film/one").headers["ETag"]

    answer = site.get("/film/one", Cookie=cookies)

    assert (answer.headers["ETag"], "£6.99" in answer.text) == (etag, True)
    assert len(site.pages) == max(kept, 1) and site.pages.find("/film/one")


def test_a_changed_offer_drops_the_pages_of_its_country(site: Site) -> None:
    site.get("/film/one", Cookie="country=DE")
    dearer = update(Offer).where(Offer.code == "german").values(amount_minor=999)

    site.change(lambda session: session.execute(dearer))

    assert "€9.99" in site.get("/film/one", Cookie="country=DE").text


def test_a_page_of_another_country_asks_for_its_film_alone(site: Site) -> None:
    site.get("/film/two", Cookie="country=DE")
    asked: list[str] = []
    engine = db.session().get_bind()

    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    site.get("/film/one", Cookie="country=DE", **NOBODY)

    assert ["from title t" in statement for statement in asked] == [True]


def test_a_country_and_an_arm_are_both_part_of_what_a_page_is_kept_by(site: Site) -> None:
    # given an experiment, and a browser in one of its arms
    site.change(try_words)
    cookies = site.get("/film/one").headers.getlist("Set-Cookie")
    browser = "; ".join(one.partition(";")[0] for one in cookies)
    arm = browser.partition("arms=")[2]

    # when it reads the page for two countries
    pages = [site.get("/film/one", Cookie=browser + more) for more in ("", "; country=DE")]

    # then each is kept for its own
    assert ["€7.99" in page.text for page in pages] == [False, True]
    assert site.pages.find(f"/film/one#{arm}") and site.pages.find(f"/film/one#DE#{arm}")
