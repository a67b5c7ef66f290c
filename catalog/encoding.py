"""The demo's videos: short clips drawn by ourselves, encoded and encrypted once at seed time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog import encoding_captions, seeding
from catalog.encoding_ffmpeg import Clip, EncodingFailed, encode, find_ffmpeg, stands
from catalog.encoding_scenery import SCENERIES
from catalog.models import CaptionTrack, Title, TitleSource, Video

FILM_SECONDS, TRAILER_SECONDS = 150, 30
AT_ONCE = 2
SCENERY_OF_GENRE = {
    "film-noir": "night",
    "horror": "night",
    "mystery": "night",
    "science-fiction": "night",
    "thriller": "night",
    "adventure": "meadow",
    "animation": "meadow",
    "comedy": "meadow",
    "family": "meadow",
    "fantasy": "meadow",
    "musical": "meadow",
    "documentary": "winter",
    "history": "winter",
    "war": "winter",
    "western": "winter",
}
WITHOUT = (
    "No ffmpeg with H.264 was found, so no film can be played. "
    "Run `make setup` or install ffmpeg, then seed again."
)


def attach(
    db: Session,
    home: Path,
    *,
    now: datetime,
    film_seconds: int = FILM_SECONDS,
    trailer_seconds: int = TRAILER_SECONDS,
) -> str:
    """Give every film of the demo a video to play, and its trailer a clip.

    Films of like genres share one video; a film that has one keeps it. A clip whose folder and
    row stand is used again. The answer is one line for the person who seeds: where there is no
    ffmpeg, or it fails, the line says so and nothing has changed.
    """
    ffmpeg = find_ffmpeg()
    if ffmpeg is None:
        return WITHOUT
    films = {name: Clip(f"film-{name}", name, film_seconds) for name in SCENERIES}
    trailers = {
        name: Clip(f"trailer-{name}", name, trailer_seconds, is_open=True) for name in SCENERIES
    }
    try:
        videos = make(db, ffmpeg, home / "media", [*films.values(), *trailers.values()])
    except EncodingFailed as failed:
        return f"No film can be played, because ffmpeg failed: {failed}"
    titles = _demo_titles(db)
    for title in titles:
        scenery = _scenery(title)
        _give(title, videos[films[scenery].folder], videos[trailers[scenery].folder], now)
    db.flush()  # the next step of the seed may read them
    return f"{len(titles)} films can be played, from {len(films)} clips."


def _demo_titles(db: Session) -> Sequence[Title]:
    demo = select(TitleSource.title_id).where(TitleSource.source == seeding.SOURCE)
    return db.scalars(
        select(Title)
        .where(Title.id.in_(demo))
        .options(selectinload(Title.genres), joinedload(Title.trailer))
    ).all()


def _scenery(title: Title) -> str:
    first = title.genres[0].slug if title.genres else ""
    return SCENERY_OF_GENRE.get(first, "dusk")


def _give(title: Title, film: Video, trailer: Video, now: datetime) -> None:
    if title.video_id is None:
        title.video_id, title.updated_at = film.id, now
    if title.trailer is not None and title.trailer.video_id is None:
        title.trailer.video_id = trailer.id


def make(db: Session, ffmpeg: Path, media: Path, clips: Sequence[Clip]) -> dict[str, Video]:
    """The video of each clip by its folder, encoded where its files or the row are missing.

    The key is only ever in the row, so a folder without its row is made anew.
    Raises ``EncodingFailed``.
    """
    rows = {video.folder: video for video in db.scalars(select(Video))}
    missing = [c for c in clips if c.folder not in rows or not stands(media, c)]
    keys = [secrets.token_bytes(16) for _ in missing]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda clip, key: encode(ffmpeg, media, clip, key), missing, keys))
    for clip, key in zip(missing, keys, strict=True):
        video = rows.setdefault(clip.folder, Video(folder=clip.folder))
        video.seconds, video.encryption_key = clip.seconds, key
        video.captions = captions()
        db.add(video)
    db.flush()  # the titles need the ids
    return rows


def captions() -> list[CaptionTrack]:
    """A row for each file of captions that a clip is made with."""
    return [
        CaptionTrack(language=language, file=encoding_captions.file(language), position=position)
        for position, language in enumerate(encoding_captions.LINES)
    ]
