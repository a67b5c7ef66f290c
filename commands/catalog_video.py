"""``matinee catalog video`` and ``captions``: an operator's own films and trailers."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from catalog import encoding_films, titles, videos
from catalog.encoding_ffmpeg import find_ffmpeg
from catalog.encoding_films import Source
from catalog.models import Title
from commands.catalog_import import progress
from core import clock, settings
from core.db import transaction

NO_FFMPEG = "No ffmpeg with H.264 was found. Install ffmpeg, or Matinee with its extra `video`."
A_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
# How BCP 47 spells a country (BR) and a script (Hant) behind the language; else in small letters.
CAPITALS: dict[int, Callable[[str], str]] = {2: str.upper, 4: str.title}
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TRAILER = click.option("--trailer", is_flag=True, help="The film's trailer, not the film.")


@click.command()
@click.argument("slug")
@click.argument("file", type=A_FILE, required=False)
@TRAILER
@click.option(
    "--captions",
    "captioned",
    multiple=True,
    metavar="LANGUAGE=FILE",
    help="Captions in a language such as en or pt-BR: WebVTT, SubRip or what else ffmpeg reads.",
)
@click.option("--gate", type=click.Choice(videos.GATES), help="Who may see the trailer.")
@click.option("--as-it-is", is_flag=True, help="FILE has H.264 and AAC already: do not encode it.")
@click.option("--remove", is_flag=True, help="Let it play nothing.")
def video(
    slug: str,
    file: Path | None,
    trailer: bool,
    captioned: tuple[str, ...],
    gate: str | None,
    as_it_is: bool,
    remove: bool,
) -> None:
    """Let the film SLUG play FILE, which may be in any form that ffmpeg reads.

    It is encoded and encrypted for players once, which takes about as long as to watch a part of
    it. What the film plays stays until then; whoever is watching it is asked to start again. A
    draft may have its video before it is published.
    """
    if remove == (file is not None):
        raise click.UsageError("Name a FILE to play, or --remove.")
    if gate and not trailer:
        raise click.UsageError("--gate is for a --trailer: films are for the entitled.")
    if file is None:
        _stop(slug, is_trailer=trailer)
    else:
        source = Source(file, dict(_captions(captioned)), is_trailer=trailer, as_it_is=as_it_is)
        _play(slug, source, gate)


def _play(slug: str, source: Source, gate: str | None) -> None:
    """Encode, which may take hours and holds nothing up, then let the film play it."""
    with transaction() as db:
        folder = videos.folder_for(titles.of_any_status(db, slug).slug)
    ffmpeg, key = _ffmpeg(), secrets.token_bytes(16)
    with progress("Encoding, in seconds") as tell:
        seconds = encoding_films.encode(ffmpeg, _media(), folder, source, key, tell=tell)
    made = videos.made(folder, seconds, key, list(source.captions))
    try:
        with transaction() as db:
            title = titles.of_any_status(db, slug)
            is_trailer, now = source.is_trailer, clock.now()
            over = videos.put(db, title, made, is_trailer=is_trailer, gate=gate, now=now)
            name = title.name
    except BaseException:
        _clear(folder)
        raise
    _clear(over)
    what = "trailer" if is_trailer else "film"
    click.echo(f"{name} plays {source.file.name} as its {what}: {_length(seconds)}.")


def _stop(slug: str, *, is_trailer: bool) -> None:
    with transaction() as db:
        title = titles.of_any_status(db, slug)
        over = videos.remove(db, title, is_trailer=is_trailer, now=clock.now())
        name = title.name
    _clear(over)
    click.echo(f"{name} {'has no trailer' if is_trailer else 'plays nothing'} any more.")


@click.command()
@click.argument("slug")
@click.argument("language")
@click.argument("file", type=A_FILE, required=False)
@TRAILER
def captions(slug: str, language: str, file: Path | None, trailer: bool) -> None:
    """Put captions in LANGUAGE (en, pt-BR) beside the video of the film SLUG; without FILE those
    that are there are taken away."""
    spoken = _language(language)
    ffmpeg = _ffmpeg() if file else None
    with transaction() as db:
        title = titles.of_any_status(db, slug)
        played = videos.own(title, is_trailer=trailer)
        if ffmpeg and file:
            encoding_films.caption(ffmpeg, _media() / played.folder, spoken, file)
        folder, is_there = _media() / played.folder, file is not None
        over = videos.caption(title, played, spoken, is_there=is_there, now=clock.now())
        left = _spoken_of(db, title, trailer=trailer)
    for name in over:
        (folder / name).unlink(missing_ok=True)
    click.echo(left)


def _spoken_of(db: Session, title: Title, *, trailer: bool) -> str:
    db.flush()
    tracks = videos.own(title, is_trailer=trailer).captions
    languages = ", ".join(track.language for track in tracks) or "none"
    return f"Captions of {title.name}: {languages}."


def _captions(given: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The language and the file of each. Raises ``UsageError``."""
    for one in given:
        language, said, name = one.partition("=")
        if not said or not Path(name).is_file():
            raise click.UsageError(f"{one}: name captions as LANGUAGE=FILE, the file being there.")
        yield _language(language), Path(name)


def _language(given: str) -> str:
    if not A_LANGUAGE.fullmatch(given):
        raise click.UsageError(f"{given} is no language: write it as en, de or pt-BR.")
    first, *more = given.lower().split("-")
    return "-".join([first, *(CAPITALS.get(len(one), str.lower)(one) for one in more)])


def _ffmpeg() -> Path:
    found = find_ffmpeg()
    if found is None:
        raise click.ClickException(NO_FFMPEG)
    return found


def _media() -> Path:
    return settings.current().home / "media"


def _clear(folder: str | None) -> None:
    """Take the files of a video away that nobody plays."""
    if folder is not None:
        shutil.rmtree(_media() / folder, ignore_errors=True)


def _length(seconds: int) -> str:
    minutes, left = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{left:02}"
