"""``matinee catalog``: bringing films in, and finding again which are alike."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from catalog import encoding, importing, seeding, similar
from catalog.import_account import Account
from commands import demo
from core import clock, settings
from core.db import transaction

NOTES_SHOWN = 20


@click.group()
def catalog() -> None:
    """Bring films into the catalogue, and find which are alike."""


@catalog.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path), help="Write a line per record here.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_(file: Path, report: Path | None, dry_run: bool) -> None:
    """Bring in the films of FILE, a JSON list with title, year, cast, genres and extract.

    The same file may be imported again: no film is doubled, and what the catalogue has stays.
    """
    now = clock.now()
    with transaction() as db, _progress("Storing films") as on_progress:
        account = importing.run(db, file, now=now, on_progress=on_progress)
        if dry_run:
            db.rollback()
    if report is not None:
        report.write_text("".join(f"{entry}\n" for entry in account.entries), encoding="utf-8")
    _show(account, report)
    if account.in_vain:
        raise click.ClickException("No film could be taken.")
    if dry_run:
        click.echo("Nothing was changed.")
    else:
        click.echo(_find_similar(now))


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


def _find_similar(now: datetime) -> str:
    with transaction() as db:
        if similar.is_due(db):
            return f"{similar.refresh(db, now=now):,} pairs of similar films are stored."
    return "The similar films are up to date."


def _people(now: datetime) -> str:
    demo.seed_people()
    return "The demo people and offers are there."


SEED: tuple[Callable[[datetime], str], ...] = (_films, _clips, _find_similar, _people)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Hear how far something is: a bar on a terminal, plain lines anywhere else."""
    if not sys.stdout.isatty():
        yield lambda done, total: click.echo(f"{what}: {done:,} of {total:,}") if total else None
        return
    with Progress() as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(account: Account, report: Path | None) -> None:
    noted = account.noted()
    for entry in noted[:NOTES_SHOWN]:
        click.echo(str(entry))
    if len(noted) > NOTES_SHOWN:
        where = f"see {report}" if report else "name a file with --report to see all"
        click.echo(
            f"and {len(noted) - NOTES_SHOWN:,} more of which something is to be said: {where}"
        )
    counts = {**account.counts(), "in the file": len(account.entries)}
    if sys.stdout.isatty():
        table = Table(*(outcome.capitalize() for outcome in counts))
        table.add_row(*(f"{number:,}" for number in counts.values()))
        Console().print(table)
    else:
        click.echo(", ".join(f"{number:,} {outcome}" for outcome, number in counts.items()))
