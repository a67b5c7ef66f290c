"""An operator's own films and trailers: encoded once, put in the place of what was there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import encoding_films
from catalog.encoding_films import Source, UnusableVideo
from catalog.models import Trailer, Video
from commands.catalog import catalog
from core import settings
from tests import factories

SECONDS = 3
SUBRIP = "1\n00:00:00,500 --> 00:00:02,000\nGood afternoon.\n"


@pytest.fixture(scope="session")
def file(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film as an operator has it: in another form than players want, and of an odd size."""
    made = tmp_path_factory.mktemp("own") / "My film.mkv"
    pictures = ("-f", "lavfi", "-i", f"testsrc=d={SECONDS}:s=161x121:r=25")
    sound = ("-f", "lavfi", "-i", f"sine=d={SECONDS}", "-c:v", "mpeg4", "-c:a", "flac")
    told = ("-metadata", "comment=from the archive")
    subprocess.run([ffmpeg, "-v", "error", *pictures, *sound, *told, made], check=True)
    return made


@pytest.fixture
def media(tmp_path: Path) -> Iterator[Path]:
    """Where the videos of this installation are."""
    before = settings.current()
    settings.use(before.model_copy(update={"home": tmp_path, "broker_url": SecretStr("memory://")}))
    yield tmp_path / "media"
    settings.use(before)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(catalog, [*map(str, words)])


def test_a_file_becomes_encrypted_segments_that_only_its_key_opens(
    ffmpeg: Path, file: Path, tmp_path: Path
) -> None:
    key, told = bytes(range(16)), []

    seconds = encoding_films.encode(
        ffmpeg, tmp_path, "own-film", Source(file, {}), key, tell=lambda *how: told.append(how)
    )

    folder = tmp_path / "own-film"
    names = [path.name for path in sorted(tmp_path.iterdir())]
    assert (seconds, names, told[-1]) == (SECONDS, ["own-film"], (SECONDS, SECONDS))
    assert sorted(one.name for one in folder.iterdir()) == ["index.m3u8", "segment0000.ts"]
    assert all(key not in one.read_bytes() for one in folder.iterdir())
    (folder / "key").write_bytes(key)
    opened = ("-allowed_extensions", "ALL", "-i", str(folder / "index.m3u8"))
    said = subprocess.run(
        [ffmpeg, "-hide_banner", *opened], capture_output=True, text=True, check=False
    ).stderr
    assert "Video: h264 (High)" in said
    assert "160x120 [SAR 1:1 DAR 4:3]" in said
    assert "Audio: aac" in said
    assert "from the archive" not in said


def test_a_file_is_taken_as_it_is_where_players_play_it_and_refused_where_not(
    ffmpeg: Path, file: Path, tmp_path: Path
) -> None:
    # given one that players play, and two that they do not
    made = ("-v", "error", "-i", file, "-c:v", "libx264", "-vf", "scale=160:120")
    good, deep = tmp_path / "good.mp4", tmp_path / "deep.mkv"
    subprocess.run([ffmpeg, *made, "-pix_fmt", "yuv420p", "-c:a", "aac", good], check=True)
    subprocess.run([ffmpeg, *made, "-pix_fmt", "yuv420p10le", "-an", deep], check=True)

    def take(one: Path) -> int:
        source = Source(one, {}, as_it_is=True)
        return encoding_films.encode(
            ffmpeg, tmp_path / "media", "own-film", source, bytes(16), tell=lambda *_: None
        )

    assert take(good) == SECONDS
    turned = ("-display_rotation", "90", "-i", good, "-c", "copy", tmp_path / "phone.mp4")
    subprocess.run([ffmpeg, "-v", "error", *turned], check=True)
    with pytest.raises(UnusableVideo, match="says that it is to be turned"):
        take(tmp_path / "phone.mp4")
    for one, has in ((file, "mpeg4 and flac"), (deep, "h264")):
        with pytest.raises(UnusableVideo) as refused:
            take(one)
        assert refused.value.sentence.startswith(f"{one.name} has {has}. Only H.264 of 8 bits")


@pytest.mark.parametrize("end", ["mkv", "mp4"])
def test_a_file_that_breaks_off_does_not_take_the_place_of_a_whole_one(
    ffmpeg: Path, file: Path, tmp_path: Path, end: str
) -> None:
    whole, half = tmp_path / f"whole.{end}", tmp_path / f"half.{end}"
    kept = ("-c:v", "mpeg4", "-c:a", "aac", "-movflags", "+faststart")
    subprocess.run([ffmpeg, "-v", "error", "-i", file, *kept, whole], check=True)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])

    with pytest.raises(UnusableVideo) as refused:
        encoding_films.encode(
            ffmpeg, tmp_path / "media", "own-x", Source(half, {}), bytes(16), tell=lambda *_: None
        )

    why = "it ends early, so it is not whole. What the film has now stays."
    assert refused.value.sentence == f"ffmpeg cannot use {half.name}: {why}"
    assert list((tmp_path / "media").iterdir()) == []


def test_a_film_plays_the_file_and_another_takes_its_place(
    db: Session, media: Path, file: Path, tmp_path: Path
) -> None:
    film = factories.title(db, name="Wings", slug="wings", status="draft")
    (tmp_path / "en.srt").write_text(SUBRIP)

    first = run("video", "wings", file, "--captions", f"EN={tmp_path / 'en.srt'}")
    db.refresh(film)
    assert film.video is not None
    folder, tracks = film.video.folder, [(one.language, one.file) for one in film.video.captions]
    said = (media / folder / "captions.en.vtt").read_text()
    second = run("video", "wings", file)
    db.refresh(film)

    assert first.output.endswith("Wings plays My film.mkv as its film: 0:00:03.\n")
    assert tracks == [("en", "captions.en.vtt")]
    assert said.startswith("WEBVTT") and "Good afternoon." in said
    assert second.exit_code == 0
    assert film.video.folder != folder
    assert [one.name for one in media.iterdir()] == [film.video.folder]
    assert len(db.scalars(select(Video)).all()) == 1


def test_a_trailer_is_kept_whole_too_and_goes_with_its_files(
    db: Session, media: Path, file: Path
) -> None:
    film = factories.title(db, name="Wings", slug="wings")

    given = run("video", "wings", file, "--trailer", "--gate", "signed in")
    db.refresh(film)
    assert film.trailer is not None and film.trailer.video is not None
    names = {one.name for one in (media / film.trailer.video.folder).iterdir()}
    gate = film.trailer.gate
    again = run("video", "wings", file, "--trailer")
    db.refresh(film)
    assert film.trailer.gate == gate == "signed in"  # it stays as it was set
    taken = [run("video", "wings", "--trailer", "--remove") for _ in range(2)]

    assert (given.exit_code, again.exit_code) == (0, 0)
    assert names == {"index.m3u8", "segment0000.ts", "whole.mp4"}
    assert [one.output for one in taken] == ["Wings has no trailer any more.\n"] * 2
    assert [*db.scalars(select(Trailer)), *db.scalars(select(Video))] == []
    assert list(media.iterdir()) == []


def test_captions_come_and_go_without_the_film(
    db: Session, media: Path, file: Path, tmp_path: Path
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    (tmp_path / "de.srt").write_text(SUBRIP.replace("Good afternoon", "Guten Tag"))
    run("video", "wings", file)

    given = [run("captions", "wings", one, tmp_path / "de.srt") for one in ("de", "pt-br", "DE")]
    db.refresh(film)
    (tmp_path / "silent.vtt").write_text("WEBVTT\n\n")
    refused = run("captions", "wings", "de", tmp_path / "silent.vtt")
    assert film.video is not None
    folder = media / film.video.folder
    assert "holds no captions" in str(getattr(refused.exception, "sentence", ""))
    assert "Guten Tag." in (folder / "captions.de.vtt").read_text()  # what it has stays
    assert sorted(one.name for one in folder.glob("*.vtt")) == [
        "captions.de.vtt",
        "captions.pt-BR.vtt",
    ]
    taken = run("captions", "wings", "de")
    left = [one.name for one in folder.glob("*.vtt")]

    assert [one.output for one in given] == [
        "Captions of Wings: de.\n",
        "Captions of Wings: de, pt-BR.\n",
        "Captions of Wings: pt-BR, de.\n",
    ]
    assert (taken.output, left) == ("Captions of Wings: pt-BR.\n", ["captions.pt-BR.vtt"])
    assert "Guten Tag." in (folder / "captions.pt-BR.vtt").read_text()


SECOND = "2\n00:00:03,000 --> 00:00:04,000\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nGood afternoon.\n\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.srt", f"{SUBRIP}\n{SECOND}\xdcber uns.\n", "a.srt is not UTF-8 text: save it as such."),
        ("a.vtt", f"{VTT}{SECOND}Bye.\n", "Line 7 of a.vtt has no times such as 00:01:02.000"),
        ("a.vtt", f"{VTT}00:05.000 --> 00:02.000\nBye.\n", "a.vtt has captions at 00:05.000 that"),
    ],
)
def test_captions_that_would_be_taken_in_part_are_refused(
    ffmpeg: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    file, folder = tmp_path / name, tmp_path / "folder"
    file.write_text(text, encoding="latin-1")
    folder.mkdir()

    with pytest.raises(UnusableVideo) as refused:
        encoding_films.caption(ffmpeg, folder, "en", file)

    assert refused.value.sentence.startswith(said)
    assert list(folder.iterdir()) == []


def test_a_clip_that_other_films_play_gets_no_captions_and_is_not_taken_away(
    db: Session, media: Path, file: Path
) -> None:
    clip = factories.video(db)
    films = [factories.title(db, name=name, video_id=clip.id) for name in ("Wings", "Sunrise")]
    (media / clip.folder).mkdir(parents=True)

    refused = run("captions", "wings", "de", file)
    run("video", "wings", file)

    assert refused.exception is not None
    assert "no video of its own" in str(getattr(refused.exception, "sentence", ""))
    db.refresh(films[1])
    assert films[1].video == clip
    assert (media / clip.folder).is_dir()


def test_what_is_no_video_or_no_captions_changes_nothing(
    db: Session, media: Path, ffmpeg: Path, file: Path, tmp_path: Path
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    (tmp_path / "words.txt").write_text("Not a film.")
    playlist = tmp_path / "far.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:1/far.ts\n#EXT-X-ENDLIST\n")

    for one in (tmp_path / "words.txt", playlist):
        with pytest.raises(UnusableVideo) as refused:
            encoding_films.encode(
                ffmpeg, media, "own-x", Source(one, {}), bytes(16), tell=lambda *_: None
            )
        assert refused.value.sentence == (
            f"{one.name} holds no video that ffmpeg can read. What the film has now stays."
        )
    mute = run("video", "wings", file, "--captions", f"en={tmp_path / 'words.txt'}")

    assert "holds no captions" in str(getattr(mute.exception, "sentence", ""))
    db.refresh(film)
    assert film.video is None
    assert list(media.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name a FILE to play, or --remove."),
        (("FILE", "--remove"), "Name a FILE to play, or --remove."),
        (("FILE", "--gate", "entitled"), "--gate is for a --trailer"),
        (("FILE", "--captions", "en"), "name captions as LANGUAGE=FILE"),
        (("FILE", "--captions", "e!=FILE"), "e! is no language"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_before_anything_is_encoded(
    db: Session, media: Path, file: Path, words: tuple[str, ...], said: str
) -> None:
    factories.title(db, name="Wings", slug="wings")

    refused = run("video", "wings", *(one.replace("FILE", str(file)) for one in words))

    assert (refused.exit_code, said in refused.output) == (2, True)
    assert not media.exists()


def test_a_mistyped_address_is_told_before_anything_is_encoded(
    db: Session, media: Path, file: Path
) -> None:
    refused = run("video", "wigns", file)

    assert str(getattr(refused.exception, "sentence", "")).startswith("There is no film at “wigns”")
    assert not media.exists()
