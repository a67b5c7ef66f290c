"""The demo's videos: one real encode of six seconds, and when a clip is used again."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import encoding, encoding_captions, seeding
from catalog.encoding_ffmpeg import Clip, EncodingFailed, encode, stands
from catalog.models import Title, Trailer, Video
from tests import factories

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLIP = Clip("film-dusk", "dusk", 6)
PACKET = 188  # bytes; each of an open stream begins with a G


def test_a_clip_is_encrypted_and_its_key_is_not_beside_it(ffmpeg: Path, tmp_path: Path) -> None:
    # given a key
    key = bytes(range(16))

    # when a clip of six seconds is made
    encode(ffmpeg, tmp_path, CLIP, key)

    # then its folder holds a playlist, captions and a segment that only the key opens
    folder = tmp_path / "film-dusk"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["captions.de.vtt", "captions.en.vtt", "index.m3u8", "segment0000.ts"]
    assert all(key not in path.read_bytes() for path in folder.iterdir())
    starts_of_packets = (folder / "segment0000.ts").read_bytes()[::PACKET]
    assert set(starts_of_packets) != set(b"G")
    assert _seconds_played(ffmpeg, folder, key) == pytest.approx(6, abs=0.2)


def test_an_open_clip_is_kept_as_one_plain_file_too(ffmpeg: Path, tmp_path: Path) -> None:
    clip = Clip("trailer-dusk", "dusk", 2, is_open=True)
    assert not stands(tmp_path, clip)

    encode(ffmpeg, tmp_path, clip, bytes(16))

    assert stands(tmp_path, clip)
    whole = (tmp_path / "trailer-dusk" / "whole.mp4").read_bytes()
    assert whole[4:8] == b"ftyp"
    assert whole.index(b"moov") < whole.index(b"mdat")  # it plays before it is there


def _seconds_played(ffmpeg: Path, folder: Path, key: bytes) -> float:
    playing = folder.with_name("playing")
    playing.mkdir()
    for path in folder.iterdir():
        os.link(path, playing / path.name)
    (playing / "key").write_bytes(key)
    allowed = ("-allowed_extensions", "ALL", "-extension_picky", "0")
    command = [
        str(ffmpeg),
        *allowed,
        "-i",
        str(playing / "index.m3u8"),
        "-f",
        "null",
        "-progress",
        "-",
        "-",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(said.rpartition("out_time_us=")[2].split()[0]) / 1_000_000


def test_an_encode_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    # given an ffmpeg that cannot encode
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'Unknown encoder' >&2\nexit 1\n")
    broken.chmod(0o700)

    # when a clip is made with it, then the failure has its words
    with pytest.raises(EncodingFailed, match="Unknown encoder"):
        encode(broken, tmp_path / "media", CLIP, bytes(16))

    # and no half folder is left
    assert list((tmp_path / "media").iterdir()) == []


def test_a_clip_is_made_once_and_again_when_its_folder_is_lost(
    db: Session, ffmpeg: Path, tmp_path: Path
) -> None:
    # given a clip that has been made
    first = encoding.make(db, ffmpeg, tmp_path, [CLIP])["film-dusk"]
    made, key = (tmp_path / "film-dusk").stat().st_ino, first.encryption_key

    # when it is asked for again, then folder, row and key are the same
    assert encoding.make(db, ffmpeg, tmp_path, [CLIP])["film-dusk"] is first
    assert ((tmp_path / "film-dusk").stat().st_ino, first.encryption_key) == (made, key)

    # and when its folder is gone, then it is made anew for the same row
    (tmp_path / "film-dusk").rename(tmp_path / "lost")
    assert encoding.make(db, ffmpeg, tmp_path, [CLIP])["film-dusk"] is first
    assert (tmp_path / "film-dusk" / "index.m3u8").exists()
    assert len(db.scalars(select(Video)).all()) == 1


def test_each_demo_film_and_its_trailer_get_a_video_and_keep_the_one_they_have(
    db: Session, ffmpeg: Path, home: Path
) -> None:
    # given the demo catalogue, of which one film has a video of the operator's
    seeding.load(db, now=NOW)
    own = factories.video(db, folder="our-own")
    title = db.scalars(select(Title).order_by(Title.id)).first()
    assert title is not None
    title.video_id = own.id

    # when videos are attached, twice
    line = encoding.attach(db, home, now=NOW, film_seconds=1, trailer_seconds=1)
    assert encoding.attach(db, home, now=NOW + timedelta(days=1)) == line

    # then every film and trailer has one, and eight clips serve them all
    films = db.scalars(select(Title.video_id)).all()
    trailers = db.scalars(select(Trailer.video_id)).all()
    assert None not in [*films, *trailers]
    assert (title.video_id, films.count(own.id)) == (own.id, 1)
    assert len(db.scalars(select(Video)).all()) == 9


def test_captions_end_with_the_clip() -> None:
    assert encoding_captions.webvtt(6) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:06.000\n[Soft chords, like slow breathing]\n"
    )
    assert "00:02:13.000 -->" in encoding_captions.webvtt(150)
