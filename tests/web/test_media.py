"""Media addresses: what plays for the one they were made for is refused to everybody else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from access import entitlements, media_links, playback
from access.media_links import Grant, Part
from access.models import Entitlement, PlaybackSession
from accounts.models import Member
from catalog.models import Title
from tests import factories
from tests.factories import NOW
from tests.web import playing

pytestmark = pytest.mark.usefixtures("today")

KINDS = ["playlist", "key", "segment", "captions"]
Browsers = Callable[[Member], FlaskClient]


@dataclass(frozen=True)
class Scene:
    """Ada plays a film: her browser, its page, the addresses, and Ben, who may watch as well."""

    db: Session
    home: Path
    film: Title
    ada: Member
    hers: FlaskClient
    page: playing.Page
    addresses: dict[str, str]
    bens: FlaskClient
    nobodys: FlaskClient

    def session(self) -> PlaybackSession:
        """Ada's playback session."""
        return self.db.query(PlaybackSession).one()


@pytest.fixture
def scene(db: Session, home: Path, client: FlaskClient, signed_in_as: Browsers) -> Scene:
    """A film that plays."""
    film, ada = playing.film(db, home), playing.subscriber(db)
    hers = signed_in_as(ada)
    page = playing.opened(hers, f"/watch/{film.slug}")
    addresses = playing.addresses(hers, page.source, page.captions)
    bens = signed_in_as(playing.subscriber(db))
    return Scene(db, home, film, ada, hers, page, addresses, bens, client)


def _token(address: str) -> str:
    return address.split("/")[2]


# --- what plays ---


def test_the_member_who_plays_a_film_gets_each_of_its_files(scene: Scene) -> None:
    # when Ada's player fetches them
    got = {
        kind: scene.hers.get(address, buffered=True) for kind, address in scene.addresses.items()
    }

    # then each is whole and says what it is; nothing is kept in a shared place
    assert {kind: (one.status_code, one.headers["Content-Type"]) for kind, one in got.items()} == {
        "playlist": (200, "application/vnd.apple.mpegurl"),
        "key": (200, "application/octet-stream"),
        "segment": (200, "video/mp2t"),
        "captions": (200, "text/vtt; charset=utf-8"),
    }
    assert (got["key"].data, got["segment"].data) == (playing.KEY, playing.SEGMENT)
    assert {one.headers["Cache-Control"] for one in got.values()} == {"private, no-store"}


def test_a_video_whose_files_are_gone_says_so_and_tells_the_operator(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    # given addresses of a film whose files were taken off the disk since
    folder = scene.film.video.folder  # type: ignore[union-attr]  # it has one
    shutil.rmtree(scene.home / "media" / folder)

    # when the player fetches them
    got = {kind: scene.hers.get(address) for kind, address in scene.addresses.items()}

    # then each that lay there is not found, in a sentence, and the log names what is missing
    assert {kind: one.status_code for kind, one in got.items()} == {
        "playlist": 404,
        "key": 200,  # it lies in the database
        "segment": 404,
        "captions": 404,
    }
    assert got["playlist"].text == "This video has no such file here. Reload the page later.\n"
    missing = [one.__dict__ for one in caplog.records if one.msg == "media.file_missing"]
    assert [(one["levelname"], one["folder"], one["file"]) for one in missing] == [
        ("ERROR", folder, name) for name in ("index.m3u8", "segment0000.ts", "captions.vtt")
    ]


def test_the_key_is_in_no_address_and_no_other_file(scene: Scene) -> None:
    for kind in ("playlist", "segment", "captions"):
        assert playing.KEY not in scene.hers.get(scene.addresses[kind], buffered=True).data.replace(
            playing.SEGMENT, b""
        )
    folder = scene.home / "media" / scene.film.video.folder  # type: ignore[union-attr]  # it has one
    assert not any("key" in path.name for path in folder.iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_head_says_the_same_without_the_content(scene: Scene, kind: str) -> None:
    whole, head = (
        ask(scene.addresses[kind], buffered=True) for ask in (scene.hers.get, scene.hers.head)
    )
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.mark.parametrize(
    ("asked", "status", "length", "said"),
    [
        ("bytes=0-99", 206, 100, "bytes 0-99/1024"),
        ("bytes=1000-", 206, 24, "bytes 1000-1023/1024"),
        ("bytes=-24", 206, 24, "bytes 1000-1023/1024"),
        ("bytes=0-99999999999999999999", 206, 1024, "bytes 0-1023/1024"),
        ("bytes=1024-", 416, 0, "bytes */1024"),
        ("bytes=99-0", 416, 0, "bytes */1024"),
        ("bytes=" + ",".join(["0-1023"] * 1000), 416, 0, "bytes */1024"),
    ],
)
def test_one_range_is_answered_and_odd_ones_are_refused(
    scene: Scene, asked: str, status: int, length: int, said: str
) -> None:
    answer = scene.hers.get(scene.addresses["segment"], headers={"Range": asked}, buffered=True)
    assert (answer.status_code, len(answer.data), answer.headers["Content-Range"]) == (
        status,
        length,
        said,
    )


# --- what is refused, whatever the kind of file ---


def anonymous(scene: Scene, address: str) -> int:
    """Somebody without an account has the address."""
    return scene.nobodys.get(address, buffered=True).status_code


def other_member(scene: Scene, address: str) -> int:
    """Somebody who may watch too has the address of Ada's player."""
    return scene.bens.get(address, buffered=True).status_code


def expired(scene: Scene, address: str) -> int:
    """Seven hours have gone by, and the player has sent signs of life all the time."""
    with time_machine.travel(NOW + timedelta(hours=7), tick=False):
        scene.session().last_beat_at = NOW + timedelta(hours=7)
        scene.db.flush()
        return scene.hers.get(address, buffered=True).status_code


def silent_player(scene: Scene, address: str) -> int:
    """Ada's player has been silent for a minute and a half."""
    with time_machine.travel(NOW + timedelta(seconds=91), tick=False):
        return scene.hers.get(address, buffered=True).status_code


def stopped_player(scene: Scene, address: str) -> int:
    """Ada has stopped this player from another device."""
    playback.stop(scene.session(), now=NOW)
    scene.db.flush()
    return scene.hers.get(address, buffered=True).status_code


def ended_trial(scene: Scene, address: str) -> int:
    """Ada's right to watch has ended a moment ago."""
    right = scene.db.query(Entitlement).filter_by(member_id=scene.ada.id).one()
    assert right.feature == entitlements.CATALOGUE
    right.until = NOW
    scene.db.flush()
    return scene.hers.get(address, buffered=True).status_code


def withdrawn_film(scene: Scene, address: str) -> int:
    """The film has left the catalogue."""
    scene.film.status = "withdrawn"
    scene.db.flush()
    return scene.hers.get(address, buffered=True).status_code


def forged_signature(scene: Scene, address: str) -> int:
    """The first letter of the signature is another."""
    token = _token(address)
    said, _, signature = token.rpartition(".")
    forged = f"{said}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    return scene.hers.get(address.replace(token, forged), buffered=True).status_code


def forged_path(scene: Scene, address: str) -> int:
    """The name leads out of the folder, plainly or encoded twice."""
    folder, _, name = address.rpartition("/")
    odd = ("../x/", "%2e%2e/", "%252e%252e/", "..%2f", "./")
    answers = [scene.hers.get(f"{folder}/{way}{name}", buffered=True) for way in odd]
    statuses = {one.status_code for one in answers}
    return statuses.pop() if len(statuses) == 1 else 0


def other_film(scene: Scene, address: str) -> int:
    """The token names another film's folder, signed in good order for Ada's player."""
    other = playing.film(scene.db, scene.home)
    assert other.video is not None
    grant = Grant(other.video.folder, scene.film.id, scene.session().id)
    part = media_links.part_named(address.rpartition("/")[2])
    assert part is not None
    token = media_links.sign(grant, part)
    return scene.hers.get(address.replace(_token(address), token)).status_code


def other_part(scene: Scene, address: str) -> int:
    """The token is a good one, of another kind of file."""
    kinds = {_token(one) for one in scene.addresses.values()} - {_token(address)}
    statuses = {
        scene.hers.get(address.replace(_token(address), token)).status_code for token in kinds
    }
    return statuses.pop() if len(statuses) == 1 else 0


def trailer_link(scene: Scene, address: str) -> int:
    """The token is signed for a trailer, and names the film's folder."""
    assert scene.film.video is not None
    part = media_links.part_named(address.rpartition("/")[2])
    assert part is not None
    token = media_links.sign(Grant.trailer(scene.film.video, scene.film.id), part)
    return scene.hers.get(address.replace(_token(address), token)).status_code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "attempt",
    [
        anonymous,
        other_member,
        expired,
        silent_player,
        stopped_player,
        ended_trial,
        withdrawn_film,
        forged_signature,
        forged_path,
        other_film,
        other_part,
        trailer_link,
    ],
)
def test_every_address_of_a_film_is_refused_to(
    scene: Scene, kind: str, attempt: Callable[[Scene, str], int]
) -> None:
    assert attempt(scene, scene.addresses[kind]) == 403


@pytest.mark.parametrize("kind", ["playlist", "key"])
def test_playlists_and_keys_are_refused_after_five_minutes(scene: Scene, kind: str) -> None:
    with time_machine.travel(NOW + timedelta(minutes=5, seconds=1), tick=False):
        scene.session().last_beat_at = NOW + timedelta(minutes=5)
        scene.db.flush()
        assert scene.hers.get(scene.addresses[kind], buffered=True).status_code == 403
        assert scene.hers.get(scene.addresses["segment"], buffered=True).status_code == 200


def test_a_refusal_is_short_and_says_nothing_of_the_film(scene: Scene) -> None:
    answer = scene.nobodys.get(scene.addresses["key"], buffered=True)
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")
    assert answer.text == "This address opens nothing, or no longer.\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_media_is_only_read(scene: Scene, method: str) -> None:
    answer = scene.hers.open(scene.addresses["segment"], method=method)
    assert answer.status_code in (400, 405)


# --- trailers ---


def test_anybody_sees_a_trailer_for_everyone(scene: Scene) -> None:
    # given the trailer's page, opened without an account
    page = scene.nobodys.get(f"/film/{scene.film.slug}/trailer", buffered=True).text

    # when its files are fetched, then each is there
    source = playing.found(page, r'<source src="([^"]+)"')
    captions = playing.found(page, r'<track [^>]*src="([^"]+)"')
    for address in playing.addresses(scene.nobodys, source, captions).values():
        assert scene.nobodys.get(address, buffered=True).status_code == 200


def test_a_trailer_plays_as_one_plain_file_where_that_is_kept_and_a_film_never_does(
    scene: Scene,
) -> None:
    trailer, film = scene.film.trailer, scene.film.video
    assert trailer is not None and trailer.video is not None and film is not None
    path = f"/film/{scene.film.slug}/trailer"
    assert "video/mp4" not in scene.nobodys.get(path).text
    for video in (trailer.video, film):
        (scene.home / "media" / video.folder / "whole.mp4").write_bytes(b"plain")

    # without script the browser takes the first source that it knows
    address = playing.found(scene.nobodys.get(path).text, r'<source src="([^"]+)" type="video/mp4"')
    answer = scene.nobodys.get(address, buffered=True)
    assert (answer.data, answer.mimetype) == (b"plain", "video/mp4")

    # whoever may not see the trailer may not have the file, and no link opens a film so
    trailer.gate = "entitled"
    scene.db.flush()
    assert scene.nobodys.get(address, buffered=True).status_code == 403
    token = media_links.sign(Grant.film(film, scene.film.id, scene.session().id), Part.WHOLE)
    assert scene.hers.get(f"/media/{token}/whole.mp4", buffered=True).status_code == 403


def test_a_trailer_for_the_entitled_is_refused_to_others(scene: Scene) -> None:
    trailer = scene.film.trailer
    assert trailer is not None and trailer.video is not None
    token = media_links.sign(Grant.trailer(trailer.video, scene.film.id), Part.KEY)
    answers = {}
    for gate in ("everyone", "signed in", "entitled"):
        trailer.gate = gate
        scene.db.flush()
        browsers = (scene.nobodys, scene.hers)
        answers[gate] = [
            one.get(f"/media/{token}/video.key", buffered=True).status_code for one in browsers
        ]
    assert answers == {"everyone": [200, 200], "signed in": [403, 200], "entitled": [403, 200]}


def test_the_link_of_a_film_opens_nothing_when_its_session_belongs_to_another_film(
    scene: Scene,
) -> None:
    other = playing.film(scene.db, scene.home)
    assert other.video is not None
    token = media_links.sign(Grant(other.video.folder, other.id, scene.session().id), Part.KEY)
    assert scene.hers.get(f"/media/{token}/video.key", buffered=True).status_code == 403


def test_fetching_segments_keeps_a_player_without_script_alive(scene: Scene) -> None:
    # when a segment is fetched each minute for five minutes
    for minute in range(1, 6):
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
            assert scene.hers.get(scene.addresses["segment"], buffered=True).status_code == 200


def test_unknown_titles_open_nothing(scene: Scene) -> None:
    token = media_links.sign(Grant("film", factories.title(scene.db).id + 1, None), Part.KEY)
    assert scene.nobodys.get(f"/media/{token}/video.key", buffered=True).status_code == 403
