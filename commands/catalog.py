"""``matinee catalog``: bringing films in, and finding again which are alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from catalog import encoding, pictures, seeding, similar_finding, titles
from commands import catalog_video, demo
from commands.catalog_import import find_similar, import_
from core import clock, settings
from core.db import transaction


@click.group()
def catalog() -> None:
    """Bring films, pictures and videos into the catalogue, and find which are alike."""


catalog.add_command(import_)
catalog.add_command(catalog_video.video)
catalog.add_command(catalog_video.captions)


@catalog.command("similar")
def similar_() -> None:
    """Find the similar films of every title anew."""
    with transaction() as db:
        click.echo(
            f"{similar_finding.refresh(db, now=clock.now()):,} pairs of similar films are stored."
        )


@catalog.command()
@click.argument("slug")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--still", is_flag=True, help="The still of the player, in 16:9, not the poster.")
def picture(slug: str, file: Path | None, still: bool) -> None:
    """Make FILE the poster of the film SLUG; without FILE the drawn one comes back.

    A draft may have its pictures before it is published. JPEG, PNG, WebP or AVIF, up to 10 MB and
    50 million pixels, at least 352 wide.
    """
    kind = pictures.STILL if still else pictures.POSTER
    with transaction() as db:
        title = titles.of_any_status(db, slug)
        if file is None:
            pictures.remove(db, title, kind=kind, now=clock.now())
            click.echo(f"{title.name} shows the {kind} that is drawn.")
        else:
            pictures.put(db, title, file.read_bytes(), kind=kind, now=clock.now())
            click.echo(f"{title.name} shows {file.name} as its {kind}.")


@catalog.command()
def seed() -> None:
    """Bring in the demo: films, clips to play, similar films, people. Repeatable."""
    now = clock.now()
    for step in SEED:
        click.echo(step(now))


def _films(now: datetime) -> str:
    with transaction() as db:
        seeded = seeding.load(db, now=now)
    return f"{seeded.added} films added, {seeded.changed} changed, {seeded.unchanged} as they were."


def _clips(now: datetime) -> str:
    with transaction() as db:
        return encoding.attach(db, settings.current().home, now=now)


def _people(now: datetime) -> str:
    demo.seed_people()
    return "The demo people and offers are there."


SEED: tuple[Callable[[datetime], str], ...] = (_films, _clips, find_similar, _people)
