"""Pages are kept for visitors: what is answered from them, to whom, and for how long."""

from __future__ import annotations

import gzip
from datetime import timedelta

import brotli
import pytest
from flask import g
from sqlalchemy import text
from werkzeug.test import TestResponse

from core import clock, db, settings
from tests import factories
from tests.web.kept_site import PATIENCE, Site, signed_in, site
from web.freshness import ASKED
from web.kept_pages import EVERYTHING
from web.requests import find_visitor_id

__all__ = ["site"]


def test_a_visitors_page_is_answered_small_with_a_strong_etag_and_no_cookie(site: Site) -> None:
    plain = site.get("/film/one")
    packed = site.get("/film/one", **{"Accept-Encoding": "gzip, br"})
    etag = packed.headers["ETag"]
    weighed = site.get("/film/one", **{"Accept-Encoding": "br;q=0.1, gzip;q=0.9"})
    again = site.get("/film/one", **{"Accept-Encoding": "gzip, br", "If-None-Match": etag})

    assert brotli.decompress(packed.data) == gzip.decompress(weighed.data) == plain.data
    assert packed.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"
    assert packed.headers["Cache-Control"] == "public, no-cache"
    assert "Content-Security-Policy" in packed.headers
    assert (etag[0], etag != plain.headers["ETag"]) == ('"', True)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert not {"Set-Cookie", "X-Request-Id"} & set(packed.headers.keys())


@pytest.mark.parametrize("address", ["/film/one", "/account/sign-in", "/film/none"])
def test_the_headers_alone_are_those_of_the_page_whether_or_not_it_is_kept(
    site: Site, address: str
) -> None:
    def told(answer: TestResponse) -> dict[str, str]:
        of_each = {"Date", "X-Request-Id", "Set-Cookie"}
        return {name: value for name, value in answer.headers if name not in of_each}

    site.pages.drop([EVERYTHING])
    alone = site.client.head(address)
    whole = site.get(address)
    again = site.client.head(address)

    assert told(alone) == told(whole) == told(again)
    assert (alone.data, again.data) == (b"", b"")


def test_a_page_is_kept_once_a_language_of_its_legal_links(site: Site) -> None:
    english = site.get("/film/one", **{"Accept-Language": "en-GB,de;q=0.8"}).text
    before = len(site.pages)
    german = [site.get("/film/one", **{"Accept-Language": "de-AT,de;q=0.9"}).text for _ in "12"]
    site.get("/film/one", **{"Accept-Language": "pt-BR"})

    assert "Verträge hier kündigen" not in english
    assert ["Verträge hier kündigen" in page for page in german] == [True, True]
    assert len(site.pages) == before + 1


def test_one_page_serves_every_campaign_and_no_parameter_that_its_view_does_not_read(
    site: Site,
) -> None:
    before = len(site.pages)

    same = site.get("/film/one?utm_source=letter&gclid=1")
    told = site.get("/film/one?notice=watch")
    site.get("/film/one?cuckoo=1")

    assert same.headers["ETag"] == site.get("/film/one").headers["ETag"]
    assert "A trial opens this film." in told.text
    assert len(site.pages) == before + 1


def test_the_box_of_the_search_is_kept_and_nothing_that_is_found(site: Site) -> None:
    before = len(site.pages)

    box, found = site.get("/search"), site.get("/search?q=one")
    site.get("/search/suggestions.json?q=one")

    assert [page.headers["ETag"].startswith("W/") for page in (box, found)] == [False, True]
    assert "/film/one" in found.text
    assert len(site.pages) == before


def test_that_an_offer_is_over_is_told_to_whoever_pressed_its_button_alone(site: Site) -> None:
    for path in ("/", "/film/one"):
        told, plain = site.get(f"{path}?notice=offer"), site.get(path)

        assert ("This offer is over." in told.text, "This offer is over." in plain.text) == (
            True,
            False,
        )
    assert site.pages.find("/?notice=offer") is None


def test_what_is_no_text_in_a_query_finds_no_page_of_another(site: Site) -> None:
    one, other, again = (site.get(f"/browse?certificate={bad}") for bad in ("%FF", "%FE", "%FF"))

    assert one.text == again.text != other.text


def test_a_mark_in_a_path_finds_no_page_that_has_it_in_its_query_or_language(site: Site) -> None:
    site.get("/help", **{"Accept-Language": "de"})
    before = len(site.pages)

    answers = [site.get(address) for address in ("/browse%3Fsort=rating", "/help%23de")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(site.pages) == before


def test_a_request_that_names_another_root_of_the_site_neither_finds_nor_leaves_a_page(
    site: Site,
) -> None:
    elsewhere = {"SCRIPT_NAME": "//evil.example"}

    found = site.client.get("/help", environ_overrides=elsewhere)
    site.pages.drop([EVERYTHING])
    site.client.get("/help", environ_overrides=elsewhere)

    assert ("//evil.example/browse" in found.text, len(site.pages)) == (True, 0)
    assert "evil.example" not in site.get("/help").text


def test_a_session_is_seen_however_its_cookie_is_written(site: Site) -> None:
    with db.transaction() as session:
        hers_alone = signed_in(session, factories.member(session))

    hers = site.get("/film/one", Cookie=hers_alone.replace("=", " = "))

    assert "Your account" in hers.text


def test_no_page_is_handed_out_during_maintenance(site: Site) -> None:
    until = clock.now() + timedelta(minutes=1)
    settings.use(settings.current().model_copy(update={"maintenance_until": until}))

    assert site.get("/help").status_code == 503


def test_no_page_outlasts_the_beginning_or_the_end_of_an_offer(site: Site) -> None:
    soon = clock.now() + timedelta(minutes=1)
    site.change(lambda session: factories.offer(session, code="next", starts_at=soon))

    site.get("/help")

    page = site.pages.find("/help")
    assert page is not None
    assert page.until <= soon


def test_nobody_with_a_session_is_answered_from_what_is_kept_and_no_page_of_theirs_is_kept(
    site: Site,
) -> None:
    with db.transaction() as session:
        hers_alone = signed_in(session, factories.member(session))
    site.pages.drop([EVERYTHING])

    hers = site.get("/film/one", Cookie=hers_alone)
    kept = len(site.pages)
    ours = site.get("/film/one")

    assert ("Your account" in hers.text, hers.headers["Cache-Control"]) == (
        True,
        "private, no-store",
    )
    assert ("Your account" in ours.text, kept, len(site.pages)) == (False, 0, 1)


def test_a_page_that_depends_on_its_visitor_or_holds_a_form_token_is_not_kept(site: Site) -> None:
    with site.app.test_request_context("/", environ_base={ASKED: True}):
        g.shown = {"offers"}
        find_visitor_id()
        depends = "shown" in g
    before = len(site.pages)

    site.get("/account/sign-in")
    site.get("/cancel")

    assert (depends, len(site.pages)) == (False, before)


def test_the_line_comes_back_after_the_database_hung_up(site: Site) -> None:
    others = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    began = site.pages.moment
    with db.transaction() as session:
        listening = text(f"{others} and (query ilike 'listen%' or query = 'SELECT 1')")
        assert session.execute(listening).all()

    assert site.pages.wait_for(EVERYTHING, PATIENCE, since=began)
    assert site.kept() == set()
    assert site.pages.wait_for(EVERYTHING, PATIENCE, since=site.pages.moment)
    site.get("/help")
    assert site.kept() == {"/help"}
