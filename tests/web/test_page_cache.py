"""Pages are kept for visitors, and dropped exactly when something that they show changes."""

from __future__ import annotations

from datetime import timedelta

import brotli
import pytest
from flask import g
from sqlalchemy import text, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from billing.models import Offer
from catalog import titles
from catalog.models import CaptionTrack, Collection, Person, Picture, Rating, Review, Title
from core import clock, db, settings
from tests import factories
from tests.web.kept_site import NAMES, PATIENCE, Change, Site, signed_in, site
from web.freshness import ASKED
from web.kept_pages import EVERYTHING
from web.requests import find_visitor_id

__all__ = ["site"]


def _one(session: Session) -> Title:
    return titles.by_slug(session, "one")


def _set(**values: object) -> Change:
    return lambda session: session.execute(
        update(Title).where(Title.slug == "one").values(**values)
    )


def _change_still(session: Session) -> None:
    session.add(Picture(content="0123456789abcdef", uploaded_at=factories.NOW))
    session.flush()
    _one(session).still = "0123456789abcdef"


LISTS = {"/film/next", "/", "/browse", "/browse?sort=rating", "/collection/new-this-week"}
SHOW_CARD = LISTS | {"/film/one", "/film/one/reviews", "/film/two", "/person/di-rector"}
CHANGES: dict[str, tuple[Change, set[str]]] = {
    "a film's name": (_set(name="Uno"), SHOW_CARD),
    "a film's story": (_set(synopsis="Otherwise."), {"/film/one", "/film/one/reviews"}),
    "a film's still": (_change_still, SHOW_CARD),
    "a film's video": (_set(video_id=None), {"/film/one", "/film/one/reviews"}),
    "the language of captions": (
        lambda db: db.execute(update(CaptionTrack).values(language="de")),
        set(NAMES),
    ),
    "nothing at all": (_set(name="Uno", updated_at=factories.NOW), set()),
    "where a search finds a film": (_set(tier=0), set()),
    "where a search finds a person": (lambda db: db.execute(update(Person).values(tier=0)), set()),
    "a film's place in lists": (_set(popularity=9), LISTS),
    "a review": (
        lambda db: factories.review(db, _one(db), text="Another."),
        {"/film/one", "/film/one/reviews"},
    ),
    "a rating": (
        lambda db: db.execute(update(Rating).values(score=2)),
        {"/film/one", "/film/one/reviews", "/browse?sort=rating"},
    ),
    "a person's name": (
        lambda db: db.execute(update(Person).where(Person.slug == "di-rector").values(name="Di")),
        {"/film/one", "/person/di-rector"},
    ),
    "a collection": (
        lambda db: db.execute(update(Collection).values(name="Old")),
        {"/", "/collection/new-this-week"},
    ),
    "the offer": (lambda db: db.execute(update(Offer).values(amount_minor=999)), set(NAMES)),
    "a new film": (lambda db: factories.title(db, name="New"), LISTS),
    "a draft": (lambda db: factories.title(db, name="Draft", status="draft"), set()),
    "a draft's story": (
        lambda db: db.execute(update(Title).where(Title.slug == "draft").values(name="Other")),
        set(),
    ),
    "a review that waits": (
        lambda db: factories.review(db, _one(db), text="Wait.", status="waiting"),
        set(),
    ),
    "a review that is approved": (
        lambda db: db.execute(update(Review).values(status="approved")),
        {"/film/one", "/film/one/reviews"},
    ),
    "a film withdrawn": (_set(status="withdrawn"), SHOW_CARD),
    "a film's address": (_set(slug="uno", status="published"), SHOW_CARD),
}


def test_a_change_drops_the_pages_that_show_it_and_no_others(site: Site) -> None:
    dropped = {}
    for what, (act, _) in CHANGES.items():
        site.change(act)
        dropped[what] = set(NAMES) - site.kept()
        for address in dropped[what]:
            site.get(address)

    assert dropped == {what: shown for what, (_, shown) in CHANGES.items()}


def test_a_film_that_is_published_is_on_every_page_that_did_not_show_it_before(site: Site) -> None:
    # given a film that is withdrawn, whose director made another
    site.change(lambda db: factories.title(db, name="Three", directors=["Di Rector"]))
    site.change(_set(status="withdrawn"))
    gaining = ("/person/di-rector", "/film/two", "/browse")
    before = ["/film/one" in site.get(address).text for address in gaining]
    kept = [site.pages.find(address) is None for address in gaining]

    # when it is published again
    site.change(_set(status="published"))

    # then the pages that were kept without it have it
    after = ["/film/one" in site.get(address).text for address in gaining]
    assert (before, kept, after) == ([False] * 3, [False] * 3, [True] * 3)


def test_a_page_reads_otherwise_as_soon_as_the_change_is_heard(site: Site) -> None:
    before = site.get("/film/one")

    site.change(lambda session: factories.review(session, _one(session), text="I have just come."))
    after = site.get("/film/one")

    assert ("I have just come." in before.text, "I have just come." in after.text) == (False, True)
    assert before.headers["ETag"] != after.headers["ETag"]
    assert site.get("/film/one").headers["ETag"] == after.headers["ETag"]


def test_a_visitors_page_is_answered_small_with_a_strong_etag_and_no_cookie(site: Site) -> None:
    plain = site.get("/film/one")
    packed = site.get("/film/one", **{"Accept-Encoding": "gzip, br"})
    etag = packed.headers["ETag"]
    again = site.get("/film/one", **{"Accept-Encoding": "gzip, br", "If-None-Match": etag})

    assert brotli.decompress(packed.data) == plain.data
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


EXEMPT = {  # what they change is told by another table, or is on no page
    *("former_slug", "import_run", "picture", "picture_cut", "review_report", "review_vote"),
    *("search_prefix", "search_word", "similar_search", "title_source"),
    *("listing", "listing_count", "watched_together"),
}


def test_every_table_of_the_catalogue_says_what_changes_in_it(fresh_database: str) -> None:
    with db.transaction() as session:
        watched = set(
            session.scalars(
                text(
                    "select relname from pg_trigger join pg_class on pg_class.oid = tgrelid "
                    "where tgname like 'pages_%' group by relname having count(*) = 4"
                )
            )
        )
    tables = {
        mapper.class_.__tablename__
        for mapper in db.Base.registry.mappers
        if mapper.class_.__module__.startswith("catalog.")
    }

    assert tables - watched == EXEMPT
