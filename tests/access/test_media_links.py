"""Signed media links: one kind of file each, of one player, for a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from access import media_links
from access.media_links import Grant, Part
from core import tokens

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILM = Grant("film-dusk", title_id=7, playback_id=11)
PLAYLIST = """#EXTM3U
#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x01
#EXTINF:6.000000,
segment0000.ts
#EXTINF:6.000000,
segment0001.ts
#EXT-X-ENDLIST
"""


@pytest.mark.parametrize("part", Part)
def test_a_link_opens_what_it_was_signed_for_and_no_other_part(part: Part) -> None:
    token = media_links.sign(FILM, part)
    found = {other: media_links.find(token, other) for other in Part}
    assert found == {other: FILM if other is part else None for other in Part}


@pytest.mark.parametrize(
    ("part", "lasts"),
    [
        (Part.PLAYLIST, timedelta(minutes=5)),
        (Part.KEY, timedelta(minutes=5)),
        (Part.SEGMENT, timedelta(hours=6)),
        (Part.CAPTIONS, timedelta(hours=6)),
        (Part.WHOLE, timedelta(hours=6)),
    ],
)
def test_a_link_ends_after_its_time(part: Part, lasts: timedelta) -> None:
    with time_machine.travel(NOW, tick=False):
        token = media_links.sign(FILM, part)
    with time_machine.travel(NOW + lasts, tick=False):
        assert media_links.find(token, part) == FILM
    with time_machine.travel(NOW + lasts + timedelta(seconds=1), tick=False):
        assert media_links.find(token, part) is None


def test_a_link_opens_where_the_clock_is_behind_that_of_the_machine_that_signed_it() -> None:
    with time_machine.travel(NOW + timedelta(seconds=2), tick=False):
        token = media_links.sign(FILM, Part.PLAYLIST)

    with time_machine.travel(NOW, tick=False):
        assert media_links.find(token, Part.PLAYLIST) == FILM


def test_a_link_that_was_changed_or_signed_for_something_else_opens_nothing() -> None:
    token = media_links.sign(FILM, Part.SEGMENT)
    other = media_links.sign(Grant("film-night", 7, 11), Part.SEGMENT)
    mixed = ".".join([other.split(".")[0], *token.split(".")[1:]])
    invoice = tokens.sign("invoice", ["film-dusk", 7, 11])
    for forged in ("", "x", token[:-1], token.swapcase(), mixed, invoice):
        assert media_links.find(forged, Part.SEGMENT) is None


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("index.m3u8", Part.PLAYLIST),
        ("video.key", Part.KEY),
        ("captions.vtt", Part.CAPTIONS),
        ("whole.mp4", Part.WHOLE),
        ("segment0012.ts", Part.SEGMENT),
        ("segment0012.ts\n", None),
        ("segment12.ts", None),
        ("../film-night/segment0012.ts", None),
        ("%2e%2e/segment0012.ts", None),
        ("key", None),
        ("", None),
    ],
)
def test_only_the_names_of_a_video_are_parts_of_it(name: str, part: Part | None) -> None:
    assert media_links.part_named(name) is part


def test_a_playlist_is_given_links_for_its_key_and_its_segments() -> None:
    # when a playlist is addressed
    addressed = media_links.addressed(PLAYLIST, FILM, lambda token, name: f"/m/{token}/{name}")

    # then the key and each segment have a link of the same grant, and nothing else has changed
    key = addressed.split('URI="/m/')[1].split("/")[0]
    segment = addressed.split("\n/m/")[1].split("/")[0]
    assert media_links.find(key, Part.KEY) == FILM
    assert media_links.find(segment, Part.SEGMENT) == FILM
    assert addressed.replace(f"/m/{key}/video.key", "key").replace(f"/m/{segment}/", "") == PLAYLIST
