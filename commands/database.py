"""``matinee db``: the versions of the schema."""

from __future__ import annotations

import click

from core import db, migrations


@click.group()
def database() -> None:
    """Bring the schema to a version, or say which it has."""


@database.command()
@click.argument("version", default="head")
def upgrade(version: str) -> None:
    """Apply what is missing up to VERSION, which is the newest unless given."""
    click.echo(f"The database is at {migrations.upgrade(to=version)}.")


@database.command()
@click.argument("version")
def downgrade(version: str) -> None:
    """Take back what came after VERSION ("-1" is one step, "base" is everything)."""
    click.echo(f"The database is at {migrations.downgrade(to=version) or 'base'}.")


@database.command()
def current() -> None:
    """Say which version the database has, and which one the code knows."""
    with db.session() as session:
        has = migrations.current(session.connection()) or "base"
    newest = migrations.head()
    rest = "the newest" if has == newest else f"the newest is {newest}: run matinee db upgrade"
    click.echo(f"The database is at {has}, {rest}.")


@database.command()
@click.argument("sentence")
def write(sentence: str) -> None:
    """Write a new version, called SENTENCE, from what has changed in the models."""
    migrations.write(sentence)
