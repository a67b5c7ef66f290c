"""``matinee catalog``: bringing films in, and finding again which are alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click

from catalog import encoding, seeding, similar
from commands import demo
from commands.catalog_import import find_similar, import_
from core import clock, settings
from core.db import transaction


@click.group()
def catalog() -> None:
    """Bring films into the catalogue, and find which are alike."""


catalog.add_command(import_)


@catalog.command("similar")
def similar_() -> None:
    """Find the similar films of every title anew."""
    with transaction() as db:
        click.echo(f"{similar.refresh(db, now=clock.now()):,} pairs of similar films are stored.")


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
