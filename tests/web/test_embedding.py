"""A trailer's player in somebody else's page: there for everybody, the same, and nothing beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import Member
from catalog import encoding
from catalog.encoding_ffmpeg import Clip, find_ffmpeg
from catalog.models import Title
from core import db as core_db
from tests import factories, sites
from tests.serving import served
from tests.web import playing
from tests.web.reading import graph_of, parsed, text_of

EMBED = "/film/nosferatu/trailer/embed"
WITH_AN_ARGUMENT = (
    *("/film/nosferatu", "/film/nosferatu/reviews", "/film/nosferatu/trailer", "/genre/drama"),
    *("/collection/shown", "/person/ada-player", "/watch/nosferatu", "/film/nosferatu/review"),
    *("/film/nosferatu/trailer/address", "/sitemaps/films-0.xml", "/account/sign-up/none"),
    *("/offer/none", "/media/none/index.m3u8", "/nowhere", "/film/none/trailer/embed"),
)


@pytest.fixture
def film(db: Session, home: Path) -> Title:
    """A film whose trailer everybody may see, on a list and with somebody in it."""
    made = playing.film(db, home, name="Nosferatu", genres=["Drama"], cast=["Ada Player"])
    factories.collection(db, "Shown", [made])
    return made


def framers(client: FlaskClient, address: str) -> str:
    """Who may show a page inside theirs, by its own word."""
    with client.get(address, buffered=True) as answer:
        return answer.headers["Content-Security-Policy"].partition("frame-ancestors ")[2]


@pytest.mark.usefixtures("film", "offer")
def test_only_the_trailers_player_may_be_framed_by_other_sites(client: FlaskClient) -> None:
    rules = client.application.url_map.iter_rules()
    plain = {one.rule for one in rules if "GET" in (one.methods or ()) and not one.arguments}

    found = {address: framers(client, address) for address in (*plain, *WITH_AN_ARGUMENT)}

    assert len(found) > 60
    assert {address: who for address, who in found.items() if who != "'none'"} == {}
    assert framers(client, EMBED) == "*"


@pytest.mark.usefixtures("film", "today")
def test_it_has_the_player_and_a_link_to_the_film_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get(EMBED)
    page = parsed(answer.text)

    assert text_of(answer.text) == "Trailer : Nosferatu (1995) on Matinee , opens a new window"
    [link] = page.iter("a")
    assert link.get("href") == "/film/nosferatu"
    assert [one.get("target") for one in page.iter("base")] == ["_blank"]
    assert [one.get("aria-label") for one in page.iter("div") if "data-player" in one.attrib] == [
        "Player: Trailer of Nosferatu"
    ]
    assert not [one for name in ("header", "nav", "form", "footer") for one in page.iter(name)]
    assert [one.get("content") for one in page.iter("meta") if one.get("name") == "robots"] == [
        "noindex"
    ]
    [canonical] = [one for one in page.iter("link") if one.get("rel") == "canonical"]
    assert canonical.get("href") == "http://127.0.0.1:8000/film/nosferatu"
    [source] = page.iter("source")
    assert client.get(source.get("src")).status_code == 200


@pytest.mark.usefixtures("film", "today")
def test_it_asks_nobody_who_they_are(
    db: Session,
    client: FlaskClient,
    signed_in_as: Callable[[Member], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a member with a scheme of their own, and nobody at all
    ada = signed_in_as(factories.member(db, theme="light"))
    expected = client.get(EMBED).text

    # when sessions may not be looked at
    monkeypatch.setattr(sessions, "find", lambda *_, **__: pytest.fail("a session was read"))
    answer = ada.get(EMBED)

    # then it is the same page for both, and gives neither a cookie
    assert answer.text == expected
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("spoilt", ["signed in", "entitled", "no video", "no trailer", "withdrawn"])
def test_a_trailer_that_not_everybody_can_see_has_no_page_to_frame_and_is_not_told_of(
    db: Session,
    film: Title,
    client: FlaskClient,
    signed_in_as: Callable[[Member], FlaskClient],
    spoilt: str,
) -> None:
    assert film.trailer is not None
    if spoilt == "no video":
        film.trailer.video_id = None
    elif spoilt == "no trailer":
        db.delete(film.trailer)
    elif spoilt == "withdrawn":
        film.status = "withdrawn"
    else:
        film.trailer.gate = spoilt
    db.flush()
    db.expire_all()

    for browser in (client, signed_in_as(playing.subscriber(db))):
        assert browser.get(EMBED).status_code == (410 if spoilt == "withdrawn" else 404)
        assert framers(browser, EMBED) == "'none'"
    assert EMBED not in client.get("/sitemap.xml").text
    assert EMBED not in client.get("/film/nosferatu").text


@pytest.mark.usefixtures("film")
def test_what_names_the_player_names_the_page_that_may_be_framed(client: FlaskClient) -> None:
    page = client.get("/film/nosferatu").text
    [shared] = [one for one in parsed(page).iter("meta") if one.get("property") == "og:video"]

    told = {graph_of(page)[0]["trailer"]["embedUrl"], shared.get("content")}

    assert told == {f"http://127.0.0.1:8000{EMBED}"}
    assert f"{EMBED}</video:player_loc>" in client.get("/sitemap.xml").text


@pytest.mark.usefixtures("fresh_database")
def test_it_plays_in_a_page_of_another_site_and_leads_to_the_film_beside_it(
    home: Path, page: Page
) -> None:
    # given a trailer, and a page of another site that shows it and has the focus
    ffmpeg = find_ffmpeg()
    if ffmpeg is None:
        pytest.skip("no ffmpeg with H.264 here")
    clip = Clip("film-dusk", "dusk", 3)
    with core_db.transaction() as db:
        video = encoding.make(db, ffmpeg, home / "media", [clip])[clip.folder]
        factories.trailer(db, factories.title(db, name="Nosferatu"), video_id=video.id)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: said.append(one.text))
    with served(sites.made()) as address, served(_host_of(address + EMBED)) as other:
        page.goto(other.replace("127.0.0.1", "localhost"))
        frame = page.frame_locator("iframe")

        # when it is started, then it plays, takes the focus from nobody, and asks us alone
        expect(frame.get_by_role("button", name="Full screen (F)")).to_be_hidden()
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        frame.get_by_role("button", name="Play (K)").click()
        page.frames[1].wait_for_function("() => document.querySelector('video').currentTime > 0.5")
        assert [one for one in asked[1:] if not one.startswith((address, "data:", "blob:"))] == []

        # and its link opens the film beside the other site's page
        with page.context.expect_page() as opened:
            frame.get_by_role("link", name="Trailer: Nosferatu (1995) on Matinee").click()
        opened.value.wait_for_url(f"{address}/film/nosferatu")
        assert said == []


def _host_of(
    player: str,
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    def page(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        told = f'<!doctype html><title>Another</title><iframe title="Trailer" src="{player}">'
        return [told.encode()]

    return page
