"""An operator's own film or trailer, encoded by ffmpeg into what players play."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.encoding_ffmpeg import (
    PLAYLIST,
    QUIETLY,
    SEGMENT_SECONDS,
    WHOLE,
    EncodingFailed,
    last_words,
    pack,
)
from core.errors import DomainError

log = logging.getLogger(__name__)

WIDEST = 1920
# Even sizes, no wider than players need, and pixels that are square whatever was rounded for that.
PICTURE = f"scale='iw*sar':ih,scale='trunc(min({WIDEST}\\,iw)/2)*2':-2,setsar=1,format=yuv420p"
FROM_DISK = ("-protocol_whitelist", "file,pipe")  # a playlist may not fetch from elsewhere
ALL_OF_THEM = ("-max_error_rate", "0")  # else what cannot be read is left out without a word
LONGEST_FIRST_LINE = 1_000
TIME = r"(?:\d+:)?[0-5]\d:[0-5]\d\.\d{3}"
TIMES = re.compile(rf"{TIME}\s+-->\s+{TIME}(?:\s.*)?")
NEVER_OVER = re.compile(r"^(\S+) --> \d{3,}:", re.MULTILINE)  # so ffmpeg writes less than nothing
DURATION = re.compile(r"^ +Duration: (\d+):(\d\d):(\d\d)", re.MULTILINE)
STREAM = re.compile(r"^ +Stream #0:.*?: (Video|Audio): (.+)", re.MULTILINE)
FOR_PLAYERS = re.compile(r"h264\b.*, yuvj?420p[(,]")
ENDS_EARLY = re.compile(r": partial file$|\] File ended prematurely", re.MULTILINE)
TURNED = re.compile(r"rotation of -?[1-9]")  # as telephones hold their cameras
PASSED = re.compile(r"^out_time_us=(\d+)$")
OF_A_SEGMENT = re.compile(r"^#EXTINF:([\d.]+)", re.MULTILINE)
UNDER_WAY, STEPS = ".under-way-", 20
Tell = Callable[[int, int], None]
"""Told after each twentieth how many seconds are done, of how many."""


class UnusableVideo(DomainError):
    """A file that cannot be used as a video or as captions; ``sentence`` says why."""

    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.sentence = f"{why} What the film has now stays."


@dataclass(frozen=True)
class Source:
    """What an operator has: a file with a video in it, and captions by their language (BCP 47).

    ``as_it_is`` takes H.264 and AAC over unchanged. ``is_trailer`` keeps it as one plain file too,
    for browsers that without script know no HLS; a film is kept encrypted alone.
    """

    file: Path
    captions: Mapping[str, Path]
    is_trailer: bool = False
    as_it_is: bool = False


def encode(ffmpeg: Path, media: Path, name: str, source: Source, key: bytes, *, tell: Tell) -> int:
    """Encode ``source`` into the folder ``name`` below ``media``, where nothing of that name may
    be; answers how many seconds it plays.

    The folder appears when it is whole, and never holds the key. Raises ``UnusableVideo``.
    """
    said = _told_of(ffmpeg, source.file)
    seconds = _seconds(source.file, said)
    if source.as_it_is:
        _check_streams(source.file, said)
    media.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media, prefix=UNDER_WAY) as place:
        workshop, folder = Path(place), Path(place) / "folder"
        folder.mkdir()
        for language, file in source.captions.items():
            caption(ffmpeg, folder, language, file)
        try:
            _follow([str(ffmpeg), *_whole(source, workshop / WHOLE)], seconds, tell)
            pack(ffmpeg, workshop, folder, key)
        except EncodingFailed as failed:
            raise UnusableVideo(f"ffmpeg cannot use {source.file.name}: {failed}.") from failed
        if source.is_trailer:
            shutil.move(workshop / WHOLE, folder)
        plays = _plays(folder / PLAYLIST)
        folder.rename(media / name)
    log.info("video.encoded", extra={"folder": name, "seconds": plays})
    return plays


def caption(ffmpeg: Path, folder: Path, language: str, file: Path) -> None:
    """Put WebVTT of a file of captions into the folder of a video, from any form that ffmpeg knows,
    such as SubRip: all of them or none. Earlier ones of the language (BCP 47) stay until it is
    whole. Raises ``UnusableVideo``."""
    _check_times(file)
    fresh = folder / f"{UNDER_WAY}{language}.vtt"
    command = [str(ffmpeg), *QUIETLY, *ALL_OF_THEM, *FROM_DISK, "-i", str(file), "-map", "0:s:0"]
    done = subprocess.run(
        [*command, "-f", "webvtt", str(fresh)], capture_output=True, text=True, errors="replace"
    )
    written = fresh.read_text(encoding="utf-8", errors="replace") if fresh.exists() else ""
    why = _what_is_wrong(done, written)
    if why:
        fresh.unlink(missing_ok=True)
        raise UnusableVideo(f"{file.name} {why}.")
    fresh.replace(folder / captions_file(language))


def _check_times(file: Path) -> None:
    """Refuse WebVTT with times that are none: ffmpeg leaves out whatever follows them."""
    with file.open(encoding="utf-8-sig", errors="replace") as text:
        if not text.readline(LONGEST_FIRST_LINE).startswith("WEBVTT"):
            return
        for at, line in enumerate(text, start=2):
            if "-->" in line and not TIMES.fullmatch(line.strip()):
                told = (
                    f"Line {at} of {file.name} has no times such as 00:01:02.000 --> 00:01:04.000"
                )
                raise UnusableVideo(f"{told}.")


def _what_is_wrong(done: subprocess.CompletedProcess[str], written: str) -> str:
    """Why captions cannot be taken as they were ``written``; empty where they can."""
    if "Invalid UTF-8" in done.stderr:
        return "is not UTF-8 text: save it as such"
    if done.returncode or "-->" not in written:
        return "holds no captions that ffmpeg can read, such as WebVTT"
    never_over = NEVER_OVER.search(written)
    return f"has captions at {never_over[1]} that end before they begin" if never_over else ""


def captions_file(language: str) -> str:
    """The name under which a language's captions lie in the folder of a video."""
    return f"captions.{language}.vtt"


def _told_of(ffmpeg: Path, file: Path) -> str:
    """What ffmpeg says of a file: how long it plays, and what streams are in it."""
    asked = [str(ffmpeg), "-hide_banner", *FROM_DISK, "-i", str(file)]
    return subprocess.run(asked, capture_output=True, text=True, errors="replace").stderr


def _seconds(file: Path, said: str) -> int:
    """How long ``file`` plays, as it says itself."""
    told = DURATION.search(said)
    if told is None or " Video: " not in said:
        raise UnusableVideo(f"{file.name} holds no video that ffmpeg can read.")
    hours, minutes, seconds = map(int, told.groups())
    return 3600 * hours + 60 * minutes + seconds


def _check_streams(file: Path, said: str) -> None:
    """Refuse to take over what players cannot play, or would show sideways: of H.264 they know 8
    bits in 4:2:0 alone."""
    first = dict(reversed(STREAM.findall(said)))
    if not FOR_PLAYERS.match(first["Video"]) or not first.get("Audio", "aac").startswith("aac"):
        both = (first[kind] for kind in ("Video", "Audio") if kind in first)
        has = " and ".join(one.split()[0].rstrip(",") for one in both)
        raise UnusableVideo(
            f"{file.name} has {has}. Only H.264 of 8 bits in 4:2:0 and AAC can be taken as they "
            "are: without --as-it-is it is encoded."
        )
    if TURNED.search(said):
        raise UnusableVideo(
            f"{file.name} says that it is to be turned, which segments do not: without --as-it-is "
            "it is."
        )


def _whole(source: Source, target: Path) -> Iterator[str]:
    """ffmpeg's arguments: the first picture and sound of a file, as players know them."""
    yield from (*QUIETLY, "-nostats", "-progress", "pipe:1", *FROM_DISK, "-i", str(source.file))
    yield from ("-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", "-map_chapters", "-1")
    if source.as_it_is:
        yield from ("-c", "copy")
    else:
        yield from ("-vf", PICTURE, "-c:v", "libx264", "-preset", "veryfast", "-crf", "22")
        yield from ("-profile:v", "high", "-c:a", "aac", "-b:a", "160k", "-ac", "2")
        yield from ("-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})")
    yield from ("-movflags", "+faststart", str(target))


def _follow(command: list[str], seconds: int, tell: Tell) -> None:
    """Run ffmpeg for as long as it takes, and tell how far it is; of a file that breaks off, as a
    copy that was not over does, it would take the beginning for all."""
    told = 0
    with (
        tempfile.TemporaryFile("w+", errors="replace") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as running,
    ):
        for passed in map(PASSED.match, running.stdout or ()):
            done = min(int(passed[1]) // 1_000_000, seconds) if passed else 0
            if done * STEPS // max(1, seconds) > told:
                told = done * STEPS // max(1, seconds)
                tell(done, seconds)
        failed = running.wait()
        said.seek(0)
        words = said.read()
        if failed or ENDS_EARLY.search(words):
            raise EncodingFailed(
                last_words(words) if failed else "it ends early, so it is not whole"
            )


def _plays(playlist: Path) -> int:
    return max(1, round(sum(map(float, OF_A_SEGMENT.findall(playlist.read_text())))))
