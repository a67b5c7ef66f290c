"""``matinee history``: what an operator brings from another service."""

from __future__ import annotations

from pathlib import Path

import click

from commands import schema
from core import clock, db
from reports import history as brought


@click.group()
def history() -> None:
    """Bring trials and payments of another service, so that the reports know them."""


@history.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def bring(folder: Path) -> None:
    """Read trials.csv and payments.csv in DIR: all of both, or nothing and every bad value."""
    schema.ensure()
    with db.transaction() as session:
        found = brought.bring(session, folder, now=clock.now())
    click.echo(
        f"Read {found.trials} trials and {found.payments} payments; "
        f"{found.new_facts} facts are new."
    )
