"""The files of a video. Every right is asked for again at every request, whatever its address."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, g, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable

from access import gate, media_links, playback
from access.media_links import Grant, Part
from access.models import PlaybackSession
from catalog import captions
from catalog.models import Title, Video
from core import clock, settings

log = logging.getLogger(__name__)
TYPES = {
    Part.PLAYLIST: "application/vnd.apple.mpegurl",
    Part.KEY: "application/octet-stream",
    Part.SEGMENT: "video/mp2t",
    Part.CAPTIONS: "text/vtt",
    Part.WHOLE: "video/mp4",
}
KEPT_SECONDS = 600

pages = Blueprint("media", __name__)


@dataclass(frozen=True)
class Captions:
    """A player's captions in one language (BCP 47), what they are called, and their address."""

    language: str
    label: str
    source: str


@pages.get("/media/<token>/<path:name>")
def part(token: str, name: str) -> ResponseReturnValue:
    """One file of a video, for the player that its link was signed for and for nobody else.

    The link says which video, part and player; the database says whether that player still runs,
    whose it is, and whether the gate is open to them at this moment.
    """
    wanted = media_links.part_named(name)
    grant = media_links.find(token, wanted) if wanted else None
    video = _opened_by(grant, wanted, now=clock.now()) if grant and wanted else None
    if wanted is None or grant is None or video is None:
        return _plain("This address opens nothing, or no longer.", 403)
    if wanted is Part.KEY:
        return _fresh(video.encryption_key, wanted)
    try:
        return _on_disk(grant, name, wanted)
    except (FileNotFoundError, NotFound):
        log.error("media.file_missing", extra={"folder": grant.folder, "file": name})
        return _plain("This video has no such file here. Reload the page later.", 404)


def source_of(grant: Grant) -> str:
    """The address of the playlist that ``grant`` opens, good for five minutes."""
    return _address(media_links.sign(grant, Part.PLAYLIST), media_links.PLAYLIST)


def captions_of(grant: Grant, video: Video) -> list[Captions]:
    """The captions of a video that ``grant`` opens, in each language that it has."""
    token = media_links.sign(grant, Part.CAPTIONS)
    return [
        Captions(track.language, captions.label(track), _address(token, track.file))
        for track in video.captions
    ]


def whole_of(grant: Grant) -> str | None:
    """The address of the one plain file of a trailer, for a browser that without script knows no
    HLS; ``None`` where it is not kept."""
    if not (_folder(grant) / media_links.WHOLE).is_file():
        return None
    return _address(media_links.sign(grant, Part.WHOLE), media_links.WHOLE)


def _address(token: str, name: str) -> str:
    return url_for("media.part", token=token, name=name)


def _opened_by(grant: Grant, wanted: Part, *, now: datetime) -> Video | None:
    """The video of which ``grant`` opens a part to this request now, or ``None``. A film is never
    handed out in the clear."""
    title = g.db.get(Title, grant.title_id)
    if title is None:
        return None
    if grant.playback_id is None:
        video = _trailer(title, now)
    elif wanted is Part.WHOLE:
        video = None
    else:
        video = _film(title, grant.playback_id, now)
    return video if video is not None and video.folder == grant.folder else None


def _trailer(title: Title, now: datetime) -> Video | None:
    trailer = title.trailer
    if trailer is None or title.status != "published":
        return None
    answer = gate.may_see_trailer(g.db, g.member, trailer, now=now)
    return trailer.video if answer is gate.Answer.OPEN else None


def _film(title: Title, playback_id: int, now: datetime) -> Video | None:
    session = g.db.get(PlaybackSession, playback_id)
    if g.member is None or session is None or session.member_id != g.member.id:
        return None
    if session.title_id != title.id or not playback.is_alive(session, now=now):
        return None
    if gate.may_watch(g.db, g.member, title, now=now) is not gate.Answer.OPEN:
        return None
    playback.show_life(session, now=now)
    return title.video


def _folder(grant: Grant) -> Path:
    return settings.current().home.resolve() / "media" / grant.folder


def _on_disk(grant: Grant, name: str, wanted: Part) -> Response:
    """A file of a video. Raises ``FileNotFoundError`` or ``NotFound`` where it is gone."""
    if wanted is Part.PLAYLIST:
        return _fresh(_playlist(grant), wanted)
    return _file(grant, name, wanted)


def _plain(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")


def _playlist(grant: Grant) -> str:
    text = (_folder(grant) / media_links.PLAYLIST).read_text()
    return media_links.addressed(text, grant, _address)


def _fresh(content: str | bytes, wanted: Part) -> Response:
    """An answer that nobody keeps: it holds the key, or links that grow old."""
    answer = Response(content, content_type=TYPES[wanted])
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(grant: Grant, name: str, wanted: Part) -> Response:
    """A file as it lies on disk, whole or the one range that was asked for."""
    try:
        answer = send_from_directory(_folder(grant), name, mimetype=TYPES[wanted])
    except RequestedRangeNotSatisfiable as outside:
        return Response(status=416, headers={"Content-Range": f"bytes */{outside.length}"})
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer
