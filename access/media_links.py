"""Signed addresses of media: which part of which video, for whom, and for how long."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from catalog.models import Video
from core import tokens

PLAYLIST, KEY, WHOLE = "index.m3u8", "video.key", "whole.mp4"
CAPTIONS = re.compile(r"captions(?:\.[A-Za-z0-9-]{2,35})?\.vtt")
SEGMENT = re.compile(r"segment\d{4,6}\.ts")
SEGMENT_LINES = re.compile(rf"^{SEGMENT.pattern}$", re.MULTILINE)
KEY_ON_DISK = 'URI="key"'


class Part(StrEnum):
    """What a link opens. One kind of file each, so that a segment's link never gives the key."""

    PLAYLIST = "playlist"
    KEY = "key"
    SEGMENT = "segment"
    CAPTIONS = "captions"
    WHOLE = "whole"


LASTS = {
    Part.PLAYLIST: timedelta(minutes=5),
    Part.KEY: timedelta(minutes=5),
    Part.SEGMENT: timedelta(hours=6),
    Part.CAPTIONS: timedelta(hours=6),
    Part.WHOLE: timedelta(hours=6),
}


@dataclass(frozen=True)
class Grant:
    """What the links of one player open: a video's folder, as the film or the trailer of a title.

    ``playback_id`` names the playback session of a film; a trailer has none.
    """

    folder: str
    title_id: int
    playback_id: int | None

    @classmethod
    def film(cls, video: Video, title_id: int, playback_id: int) -> Self:
        """For the player that runs as ``playback_id``."""
        return cls(video.folder, title_id, playback_id)

    @classmethod
    def trailer(cls, video: Video, title_id: int) -> Self:
        """For a trailer's player, which needs no session."""
        return cls(video.folder, title_id, None)


def part_named(name: str) -> Part | None:
    """The part that a file of this name is; ``None`` for every other name, paths included."""
    if SEGMENT.fullmatch(name):
        return Part.SEGMENT
    if CAPTIONS.fullmatch(name):
        return Part.CAPTIONS
    return {PLAYLIST: Part.PLAYLIST, KEY: Part.KEY, WHOLE: Part.WHOLE}.get(name)


def sign(grant: Grant, part: Part) -> str:
    """A token that opens ``part`` of what ``grant`` names, until the part's time is over."""
    return tokens.sign(_purpose(part), [grant.folder, grant.title_id, grant.playback_id])


def find(token: str, part: Part) -> Grant | None:
    """The grant of ``token``; ``None`` if it is forged, too old, or was signed for another part."""
    said = tokens.find(_purpose(part), token, within=LASTS[part])
    return None if said is None else Grant(*said)


def addressed(playlist: str, grant: Grant, address: Callable[[str, str], str]) -> str:
    """``playlist`` as a player needs it, with the key and the segments under links of ``grant``.

    ``address(token, name)`` is the address of a file; all segments share one token.
    """
    token = sign(grant, Part.SEGMENT)
    key = address(sign(grant, Part.KEY), KEY)
    with_key = playlist.replace(KEY_ON_DISK, f'URI="{key}"')
    return SEGMENT_LINES.sub(lambda line: address(token, line[0]), with_key)


def _purpose(part: Part) -> str:
    return f"media.{part}"
