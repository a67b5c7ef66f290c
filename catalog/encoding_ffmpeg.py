"""One clip made by ffmpeg: drawn layers set in motion, chords, encrypted HLS in a folder."""

from __future__ import annotations

import importlib.util
import logging
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog import encoding_captions, encoding_scenery
from catalog.encoding_scenery import HEIGHT, SKY_HEIGHT, WIDTH

log = logging.getLogger(__name__)

SEGMENT_SECONDS, FRAMES_A_SECOND = 6, 20
PATIENCE_SECONDS = 180
PLAYLIST, WHOLE = "index.m3u8", "whole.mp4"
QUIETLY = ("-hide_banner", "-loglevel", "error", "-y")
LAYERS = ("sky", "disc", "far", "train", "near")
CHORDS = (
    "aevalsrc=0.07*(0.55-0.45*cos(2*PI*t/6))*("
    "sin(2*PI*t*if(lt(mod(t\\,24)\\,12)\\,220\\,196))"
    "+sin(2*PI*t*if(lt(mod(t\\,12)\\,6)\\,277.18\\,246.94))"
    "+sin(2*PI*t*329.63)):s=32000:d=24"
)
CHORDS_SAMPLES = 32000 * 24


class EncodingFailed(Exception):
    """A clip could not be made; the text is what ffmpeg said last."""


@dataclass(frozen=True)
class Clip:
    """One video to make: its folder below the media folder, what it shows and how long.

    ``is_open`` keeps it as one plain file too, for a browser that without script knows no HLS.
    """

    folder: str
    scenery: str
    seconds: int
    is_open: bool = False


def encode(ffmpeg: Path, media: Path, clip: Clip, key: bytes) -> None:
    """Draw, encode and encrypt ``clip`` into its folder below ``media``.

    The folder appears when it is whole, and never holds the key. Raises ``EncodingFailed``.
    """
    media.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory(dir=media) as fresh:
        workshop, folder = Path(place), Path(fresh)
        encoding_scenery.draw(encoding_scenery.SCENERIES[clip.scenery], workshop)
        _run([str(ffmpeg), *_drawn(workshop, clip.seconds)])
        pack(ffmpeg, workshop, folder, key)
        if clip.is_open:
            shutil.copy(workshop / WHOLE, folder)
        for language in encoding_captions.LINES:
            file = folder / encoding_captions.file(language)
            file.write_text(encoding_captions.webvtt(clip.seconds, language))
        shutil.rmtree(media / clip.folder, ignore_errors=True)
        shutil.copytree(folder, media / clip.folder)
    log.info("video.encoded", extra={"folder": clip.folder, "seconds": clip.seconds})


def pack(ffmpeg: Path, workshop: Path, folder: Path, key: bytes) -> None:
    """Cut the whole file of ``workshop`` into HLS in ``folder``, encrypted by ``key`` (16 bytes),
    which stays outside. Raises ``EncodingFailed``."""
    (workshop / "key").write_bytes(key)
    (workshop / "key_info").write_text(f"key\n{workshop / 'key'}\n{secrets.token_hex(16)}\n")
    _run([str(ffmpeg), *_cut(workshop, folder)], patience=None)


def stands(media: Path, clip: Clip) -> bool:
    """Whether all files of ``clip`` are below ``media``."""
    folder = media / clip.folder
    return (folder / WHOLE).is_file() if clip.is_open else folder.is_dir()


def _run(command: list[str], *, patience: float | None = PATIENCE_SECONDS) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience)
    except subprocess.CalledProcessError as failed:
        raise EncodingFailed(last_words(failed.stderr)) from failed
    except subprocess.TimeoutExpired as late:
        raise EncodingFailed(f"ffmpeg took more than {PATIENCE_SECONDS} seconds") from late


def last_words(stderr: str) -> str:
    """What ffmpeg said last, which is why it failed."""
    return (stderr.strip().splitlines() or ["ffmpeg said nothing"])[-1]


def _drawn(workshop: Path, seconds: int) -> Iterator[str]:
    """ffmpeg's arguments: the layers above each other and the chords, as one file."""
    yield from QUIETLY
    for layer in LAYERS:
        yield from ("-framerate", str(FRAMES_A_SECOND), "-i", str(workshop / f"{layer}.png"))
    yield from ("-f", "lavfi", "-i", CHORDS, "-filter_complex", _picture(seconds))
    yield from ("-map", "[picture]", "-map", "[sound]", "-t", str(seconds))
    yield from ("-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast")
    yield from ("-tune", "animation", "-crf", "31", "-pix_fmt", "yuv420p", "-threads", "1")
    yield from ("-g", str(2 * FRAMES_A_SECOND), "-sc_threshold", "0")
    yield from ("-c:a", "aac", "-b:a", "40k", "-ac", "1")
    yield from ("-movflags", "+faststart", str(workshop / WHOLE))


def _cut(workshop: Path, folder: Path) -> Iterator[str]:
    """ffmpeg's arguments: the file as it is, in encrypted HLS of MPEG-TS."""
    yield from (*QUIETLY, "-i", str(workshop / WHOLE), "-c", "copy")
    yield from ("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod")
    yield from ("-hls_key_info_file", str(workshop / "key_info"))
    yield from ("-hls_segment_filename", str(folder / "segment%04d.ts"), str(folder / PLAYLIST))


def _picture(seconds: int) -> str:
    """Sky and disc take the whole clip for their way; hills and train repeat."""
    still = "loop=-1:1"
    layers = [f"[{n}]format=yuva420p,{still}[{name}]" for n, name in enumerate(LAYERS) if n]
    return ";".join(
        [
            f"[0]format=yuv420p,{still},"
            f"crop={WIDTH}:{HEIGHT}:0:'{SKY_HEIGHT - HEIGHT}*t/{seconds}'[sky]",
            *layers,
            f"[sky][disc]overlay=x='-92+732*t/{seconds}':y='40+300*pow(2*t/{seconds}-1\\,2)'[a]",
            f"[a][far]overlay=x='-mod(t*9\\,{WIDTH})'[b]",
            f"[b][train]overlay=x='{WIDTH}-mod(t*55\\,1100)':y=267[c]",
            f"[c][near]overlay=x='-mod(t*26\\,{WIDTH})'[picture]",
            f"[5]aloop=-1:size={CHORDS_SAMPLES}[sound]",
        ]
    )


def find_ffmpeg() -> Path | None:
    """An ffmpeg that writes H.264 and AAC: the one on the PATH, else the one of the wheel."""
    return next((found for found in _candidates() if _can_encode(found)), None)


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("ffmpeg")
    if on_path:
        yield Path(on_path)
    wheel = importlib.util.find_spec("imageio_ffmpeg")
    if wheel and wheel.origin:
        yield from sorted((Path(wheel.origin).parent / "binaries").glob("ffmpeg-*"))


def _can_encode(ffmpeg: Path) -> bool:
    try:
        done = subprocess.run(
            [ffmpeg, "-hide_banner", "-encoders"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return " libx264 " in done.stdout and " aac " in done.stdout
