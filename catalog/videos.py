"""What a film plays: its own video and trailer, and their captions, put in by whoever has them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.encoding_films import captions_file
from catalog.models import CaptionTrack, Title, Trailer, Video
from core.errors import DomainError

GATES = ("everyone", "signed in", "entitled")
OWN = "own-"  # how the folder of an operator's own video begins; the demo's are shared by films


class NoOwnVideo(DomainError):
    """A film that plays nothing, or a clip of the demo that others play too."""

    status = 404
    sentence = "This film has no video of its own yet. Put it in first: matinee catalog video."


def folder_for(slug: str) -> str:
    """A new name for the folder of a film's video."""
    return f"{OWN}{slug[:80]}-{secrets.token_hex(4)}"


def put(
    db: Session, title: Title, video: Video, *, is_trailer: bool, gate: str | None, now: datetime
) -> str | None:
    """Let a film, or its trailer, play ``video``. Answers the folder that nobody plays any more.

    ``gate`` says who may see the trailer, one of ``GATES``; without it the trailer's own stays, and
    a new one is for everyone.
    """
    db.add(video)
    if not is_trailer:
        before, title.video = title.video, video
    else:
        if title.trailer is None:
            title.trailer = Trailer(name="Trailer")
        title.trailer.gate = gate or title.trailer.gate or GATES[0]
        before, title.trailer.video = title.trailer.video, video
    title.updated_at = now
    return _forgotten(db, before)


def remove(db: Session, title: Title, *, is_trailer: bool, now: datetime) -> str | None:
    """Let a film play nothing, or have no trailer; repeatable. Answers the folder that nobody
    plays any more."""
    if not is_trailer:
        before, title.video = title.video, None
    else:
        before, title.trailer = (title.trailer.video if title.trailer else None), None
    title.updated_at = now
    return _forgotten(db, before)


def made(folder: str, seconds: int, key: bytes, languages: Sequence[str]) -> Video:
    """The row of an encoded video with captions in these languages."""
    tracks = [_track(language, at) for at, language in enumerate(languages)]
    return Video(folder=folder, seconds=seconds, encryption_key=key, captions=tracks)


def own(title: Title, *, is_trailer: bool) -> Video:
    """The video that is a film's own. Raises ``NoOwnVideo``."""
    trailer = title.trailer.video if title.trailer else None
    found = trailer if is_trailer else title.video
    if found is None or not found.folder.startswith(OWN):
        raise NoOwnVideo(title.slug)
    return found


def caption(
    title: Title, video: Video, language: str, *, is_there: bool, now: datetime
) -> set[str]:
    """Note that captions in a language are there, or are not any more; repeatable. Answers the
    files in the video's folder that no captions are in any more."""
    before = {one.file for one in video.captions}
    kept = [one for one in video.captions if one.language.lower() != language.lower()]
    last = max((one.position for one in kept), default=-1)
    video.captions = [*kept, _track(language, last + 1)] if is_there else kept
    title.updated_at = now
    return before - {one.file for one in video.captions}


def _track(language: str, position: int) -> CaptionTrack:
    return CaptionTrack(language=language, file=captions_file(language), position=position)


def _forgotten(db: Session, video: Video | None) -> str | None:
    """Take a film's own video away that no title plays any more; the demo's stay for the next
    seed."""
    db.flush()  # so that what was taken off is seen to be
    if video is None or not video.folder.startswith(OWN):
        return None
    played = select(Title.id).outerjoin(Trailer, Trailer.title_id == Title.id)
    if db.scalar(
        played.where(or_(Title.video_id == video.id, Trailer.video_id == video.id)).limit(1)
    ):
        return None
    db.delete(video)
    db.flush()
    return video.folder
