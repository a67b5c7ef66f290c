"""The player in a real browser: it plays, obeys its keys, goes on where it was, and explains."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update

from access.models import Entitlement, WatchProgress
from accounts import sessions
from accounts.models import Member
from catalog import encoding
from catalog.encoding_ffmpeg import Clip, encode, find_ffmpeg
from commands import assets
from core import clock
from core.db import transaction
from tests import factories, sites
from tests.serving import served
from tests.web import playing

CLIP, KEY = Clip("film-dusk", "dusk", 60), bytes(range(16))
STATE = "() => { const v = document.querySelector('video'); return %s }"


@dataclass(frozen=True)
class Cinema:
    """A running site with one film, and a browser in which a subscriber is signed in."""

    address: str
    page: Page

    def open(self) -> None:
        """Open the player and wait until it knows how long the film is."""
        self.page.goto(f"{self.address}/watch/nosferatu")
        self.page.wait_for_function(STATE % "v.duration > 50")

    def video(self, wanted: str) -> object:
        """A property of the video, such as ``v.currentTime``."""
        return self.page.evaluate(STATE % wanted)

    def press(self, key: str, until: str) -> None:
        """Press a key and wait until the video is as it says."""
        self.page.keyboard.press(key)
        self.page.wait_for_function(STATE % until)


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of a minute, really encoded, once for all who see it."""
    ffmpeg = find_ffmpeg()
    if ffmpeg is None:
        pytest.skip("no ffmpeg with H.264 here")
    media = tmp_path_factory.mktemp("reel")
    encode(ffmpeg, media, CLIP, KEY)
    return media


@pytest.fixture
def cinema(reel: Path, fresh_database: str, home: Path, page: Page) -> Iterator[Cinema]:
    """The film behind the real site."""
    shutil.copytree(reel, home / "media")
    token = sessions.new_token()
    with transaction() as db:
        kept = {"folder": CLIP.folder, "seconds": CLIP.seconds, "encryption_key": KEY}
        video = factories.video(db, **kept, captions=encoding.captions())
        film = factories.title(db, name="Nosferatu", slug="nosferatu", video_id=video.id)
        factories.trailer(db, film, video_id=video.id)
        ada = playing.subscriber(db)
        signed_in = {"_user_id": ada.fs_uniquifier, "_fresh": True}
        sessions.keep(
            db, token, signed_in, fs_uniquifier=ada.fs_uniquifier, device="", now=clock.now()
        )
    with served(sites.made()) as address:
        page.context.add_cookies([{"name": "session", "value": token, "url": address}])
        yield Cinema(address, page)
        page.goto("about:blank")


def test_the_film_plays_and_each_key_does_what_the_list_says(cinema: Cinema) -> None:
    # given a player, which has the keyboard from the start
    asked: list[str] = []
    cinema.page.on("request", lambda one: asked.append(one.url))
    cinema.open()
    expect(cinema.page.get_by_role("region", name="Player: Nosferatu")).to_be_focused()

    # when K is pressed, then the picture moves
    cinema.press("k", "!v.paused && v.currentTime > 1")

    # and every other key of the list does its work
    cinema.press("5", "v.currentTime > 29 && !v.seeking")
    expect(cinema.page.get_by_role("slider", name="Position")).to_have_attribute(
        "aria-valuetext", "30 seconds of 1 minute"
    )
    cinema.press("Space", "v.paused")
    cinema.press("j", "v.currentTime < 25 && !v.seeking")
    cinema.press("ArrowRight", "v.currentTime > 29 && !v.seeking")
    cinema.press("Home", "v.currentTime === 0")
    cinema.press("l", "v.currentTime === 10")
    volume = cinema.page.get_by_role("slider", name="Volume")
    expect(volume).to_have_attribute("aria-valuetext", "100 percent")
    cinema.press("ArrowDown", "Math.abs(v.volume - 0.9) < 0.01")
    expect(volume).to_have_attribute("aria-valuetext", "90 percent")
    cinema.press("m", "v.muted")
    cinema.press(">", "v.playbackRate === 1.25")
    cinema.press("<", "v.playbackRate === 1")
    cinema.press("c", "v.textTracks[0].mode === 'showing'")
    cinema.page.keyboard.press("?")
    expect(cinema.page.get_by_role("dialog", name="Keys and captions")).to_be_visible()

    # and nothing of it came from another host
    own = (cinema.address, "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


def test_the_film_goes_on_where_it_was_left_with_the_captions_that_were_chosen(
    cinema: Cinema,
) -> None:
    # given a film that was left in the middle, with captions
    cinema.open()
    cinema.press("c", "v.textTracks[0].mode === 'showing'")
    cinema.press("5", "v.currentTime === 30 && !v.seeking")
    cinema.page.goto("about:blank")

    # when it is opened again
    _wait_for_progress()
    cinema.open()

    # then it stands there, says so, and shows captions; and one press leads to the beginning
    expect(cinema.page.get_by_text("Resuming at 0:30")).to_be_visible()
    assert cinema.video("v.textTracks[0].mode") == "showing"
    cinema.page.get_by_role("button", name="Start over").click()
    cinema.page.wait_for_function(STATE % "v.currentTime === 0")


def test_the_film_begins_with_captions_where_the_account_says_so_and_this_browser_nothing_else(
    cinema: Cinema,
) -> None:
    with transaction() as db:
        db.execute(update(Member).values(captions=True))

    cinema.open()
    assert cinema.video("v.textTracks[0].mode") == "showing"
    cinema.press("c", "v.textTracks[0].mode === 'disabled'")
    cinema.open()

    assert cinema.video("v.textTracks[0].mode") == "disabled"


def _wait_for_progress() -> None:
    """The page's last words travel after it has gone."""
    for _ in range(100):
        with transaction() as db:
            if db.scalar(select(WatchProgress.position_seconds)) == 30:
                return
        threading.Event().wait(0.05)
    pytest.fail("the last position never arrived")


@pytest.mark.skipif(not (assets.VENDOR / "hls.js").exists(), reason="`matinee assets` has not run")
def test_a_browser_without_hls_of_its_own_plays_and_seeks_by_the_library(cinema: Cinema) -> None:
    # given a browser that says it knows no HLS, and refuses it
    cinema.page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
    cinema.page.goto(f"{cinema.address}/watch/nosferatu")
    by_library = "v.currentSrc.startsWith('blob:') && v.duration > 50"
    cinema.page.wait_for_function(STATE % by_library)

    # then the film plays, and goes on behind a jump to segments that were not loaded
    cinema.press("k", "v.currentTime > 1")
    cinema.press("8", "v.currentTime > 48.5 && !v.seeking && v.readyState > 2")
    expect(cinema.page.get_by_role("alert")).to_have_count(0)


def test_a_right_that_ends_stops_the_film_with_the_way_on(cinema: Cinema) -> None:
    # given a film that plays
    cinema.open()
    cinema.press("k", "v.currentTime > 1")

    # when the right to watch ends, and the player is heard of again
    with transaction() as db:
        db.execute(update(Entitlement).values(until=clock.now()))
    cinema.press("k", "v.paused")

    # then the player says why, with controls in sight
    message = cinema.page.get_by_role("alert")
    why = "Your account has no subscription that opens this film."
    expect(message).to_contain_text(why, timeout=20_000)  # at the latest with the next heartbeat
    link = message.get_by_role("link", name="Go to the page of Nosferatu")
    expect(link).to_have_attribute("href", "/film/nosferatu?notice=watch")
    expect(cinema.page.get_by_role("button", name="Play (K)")).to_be_visible()


def test_an_address_that_has_grown_old_is_replaced_without_a_word(cinema: Cinema) -> None:
    # given a playlist whose first address is refused
    asked: list[str] = []

    def refuse_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=403, body="")
        else:
            route.continue_()

    cinema.page.route("**/index.m3u8", refuse_the_first)

    # when the player opens, then it fetches a fresh one and is ready
    cinema.open()
    assert len(asked) == 2
    expect(cinema.page.get_by_role("alert")).to_have_count(0)


def test_the_trailer_waits_silently_in_its_place_and_leads_back_to_its_link(cinema: Cinema) -> None:
    # given a film page
    cinema.page.goto(f"{cinema.address}/film/nosferatu")
    link = cinema.page.get_by_role("link", name="Watch trailer")
    link.focus()

    # when its trailer is asked for with the keyboard
    cinema.page.keyboard.press("Enter")
    cinema.page.wait_for_function(STATE % "v && v.duration > 50")

    # then it stands there, in silence, until somebody lets it play, and has captions
    assert cinema.video("v.paused && v.currentTime === 0 && !v.autoplay")
    expect(cinema.page.get_by_role("region", name="Nosferatu")).to_be_focused()
    cinema.press("Space", "!v.paused && v.currentTime > 0.2")
    cinema.press("c", "v.textTracks[0].mode === 'showing'")

    # and Escape ends it where it began
    cinema.page.keyboard.press("Escape")
    expect(cinema.page.locator("dialog.trailer")).to_have_count(0)
    expect(link).to_be_focused()
