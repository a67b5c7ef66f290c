"""``matinee report``: every report of the desk, on the command line."""

from __future__ import annotations

from datetime import timedelta

import click

from commands import schema
from core import clock, db, settings
from reports import keeping, periods, sheets
from reports.answers import REPORTS, printed
from reports.definitions import Definition
from reports.periods import By
from reports.printed import Printed
from reports.questions import Question

TRIAL_DAYS = 30
REBUILD = "rebuild"


@click.command()
@click.argument("name", type=click.Choice([*REPORTS, REBUILD]))
@click.option("--as-of", metavar="INSTANT", help="The instant it is drawn for; now, unless given.")
@click.option("--zone", metavar="ZONE", help="An IANA time zone, such as Europe/London.")
@click.option("--by", type=click.Choice([str(by) for by in By]), default="month", show_default=True)
@click.option("--horizon", type=click.IntRange(1, 3650), help="Days within which money counts.")
@click.option("--from", "first", metavar="DAY", help="The first local day of the period.")
@click.option("--to", "last", metavar="DAY", help="The last local day of the period.")
@click.option("--source", help="Only people who first came from there; empty: from nowhere named.")
@click.option("--film", help="Only this film's funnel, by its slug.")
@click.option(
    "--definition",
    type=click.Choice([str(each) for each in Definition]),
    help="Somebody else's rate.",
)
@click.option("--format", "shape", type=click.Choice(["text", "json", "csv"]), default="text")
def report(name: str, definition: str | None, shape: str, **asked: str | int | None) -> None:
    """Draw the report NAME from the facts that were known at an instant.

    `rebuild` draws none: it makes the rows that reports read anew from the facts.
    """
    if name == REBUILD:
        return _rebuild()
    if definition is not None and name != "conversion":
        raise click.UsageError("--definition belongs to the report conversion.")
    whose = Definition(definition) if definition else None
    question = _question(asked)
    schema.ensure()
    with db.transaction() as session:
        found = printed(session, name, question, whose)
    click.echo(_shaped(found, shape), nl=False)


def _rebuild() -> None:
    """The rows follow from the facts, so this changes nothing that was right."""
    schema.ensure()
    with db.transaction() as session:
        number = keeping.rebuild(session, now=clock.now())
    click.echo(f"Made the rows of {number:,} visitors and members anew from the facts.")


def _shaped(found: Printed, shape: str) -> str:
    if shape == "json":
        return found.json()
    return sheets.csv_text(found.sheet) if shape == "csv" else sheets.plain_text(found.brief)


def _question(asked: dict[str, str | int | None]) -> Question:
    """What was typed; the settings fill what was left out. Raises ``BadQuestion``."""
    found = settings.current()
    window = found.collection_window_days
    zone = periods.zone(str(asked["zone"] or found.zone))
    as_of = periods.instant(str(asked["as_of"])) if asked["as_of"] else clock.now()
    first = periods.day(str(asked["first"])) if asked["first"] else None
    last = periods.day(str(asked["last"])) if asked["last"] else None
    if first is None and last is not None:
        first = periods.EPOCH
    if last is None and first is not None:
        last = max(first, as_of.astimezone(zone).date())
    return Question(
        as_of=as_of,
        zone=zone,
        by=By(str(asked["by"])),
        horizon=timedelta(days=int(asked["horizon"] or TRIAL_DAYS + window)),
        window=timedelta(days=window),
        first=first,
        last=last,
        source=None if asked["source"] is None else str(asked["source"]),
        film=None if asked["film"] is None else str(asked["film"]),
    )
