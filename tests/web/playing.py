"""What the tests of players share: a film on disk, subscribers, a player's page and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from catalog.models import Title
from core import clock
from tests import factories

KEY = bytes(range(16))
SEGMENT = bytes(range(256)) * 4
PLAYLIST = """#EXTM3U
#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x01
#EXTINF:6.000000,
segment0000.ts
#EXTINF:6.000000,
segment0001.ts
#EXT-X-ENDLIST
"""
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\nA train goes by.\n"


def film(db: Session, home: Path, **over: Any) -> Title:
    """A film of 300 seconds with its files, and a trailer for everyone with files of its own."""
    title = factories.title(db, video_id=_video(db, home, 300), **over)
    factories.trailer(db, title, video_id=_video(db, home, 30))
    db.expire(title)
    return title


def _video(db: Session, home: Path, seconds: int) -> int:
    made = factories.video(db, seconds=seconds, encryption_key=KEY)
    folder = home / "media" / made.folder
    folder.mkdir(parents=True)
    (folder / "index.m3u8").write_text(PLAYLIST)
    (folder / "captions.vtt").write_text(CAPTIONS)
    for name in ("segment0000.ts", "segment0001.ts"):
        (folder / name).write_bytes(SEGMENT)
    return made.id


def subscriber(db: Session, *, days: int = 30) -> Member:
    """A member who may watch for so many more days; a number below 0 is a right that has ended."""
    made = factories.member(db)
    factories.entitlement(db, made, clock.now() + timedelta(days=days))
    return made


@dataclass(frozen=True)
class Page:
    """A player's page as its script reads it."""

    source: str
    captions: str
    beat: str
    stop: str
    csrf: str
    address: str


def opened(client: FlaskClient, address: str) -> Page:
    """Open the player at ``address``."""
    answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, answer.location)
    html = answer.text
    return Page(
        source=found(html, r'<source src="([^"]+)"'),
        captions=found(html, r'<track [^>]*src="([^"]+)"'),
        beat=found(html, r'data-beat="([^"]+)"'),
        stop=found(html, r'data-stop="([^"]+)"'),
        csrf=found(html, r'name="csrf-token" content="([^"]+)"'),
        address=f"http://localhost{address}",
    )


def found(html: str, pattern: str) -> str:
    """The first group of ``pattern`` in ``html``; empty where there is none."""
    match = re.search(pattern, html)
    return match[1] if match else ""


def addresses(client: FlaskClient, source: str, captions: str) -> dict[str, str]:
    """Every address that a player fetches, by what it is; ``source`` is the playlist's."""
    text = client.get(source).text
    return {
        "playlist": source,
        "key": found(text, r'URI="([^"]+)"'),
        "segment": found(text, r"(?m)^(/media/\S+segment0000\.ts)$"),
        "captions": captions,
    }


def said(client: FlaskClient, page: Page, address: str, **body: object) -> tuple[int, Any]:
    """What the site answers to a word from the script of the player on ``page``."""
    headers = {"X-CSRFToken": page.csrf, "Accept": "application/json", "Referer": page.address}
    answer = client.post(address, json=body, headers=headers)
    return answer.status_code, answer.get_json(silent=True)
