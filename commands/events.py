"""``matinee events``: what Stripe delivered and what became of it, and handling it once more."""

from __future__ import annotations

import click
from sqlalchemy import select

from billing import events as inbox
from billing.models import StripeEvent
from core import clock
from core.db import transaction
from workers import tasks

STATES = ("new", "done", "ignored", "dead")


@click.group()
def events() -> None:
    """The inbox of Stripe's events."""


@events.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those that stand like this.")
@click.option("--limit", default=20, show_default=True, help="How many, the newest first.")
def list_(state: str | None, limit: int) -> None:
    """Print stored events: when received, how they stand, tries, and the last error."""
    query = select(StripeEvent).order_by(StripeEvent.id.desc()).limit(limit)
    with transaction() as db:
        for event in db.scalars(query.where(StripeEvent.state == state) if state else query):
            came, error = f"{event.received_at:%Y-%m-%d %H:%M:%S}", event.error or ""
            stands = f"{event.state:<7}  {event.attempts:>2}"
            click.echo(f"{came}  {stands}  {event.stripe_id}  {event.type}  {error}".rstrip())


@events.command()
@click.argument("event_ids", metavar="EVENT_ID", nargs=-1)
@click.option("--dead", is_flag=True, help="Every event that was given up.")
def replay(event_ids: tuple[str, ...], dead: bool) -> None:
    """Handle events once more; that is safe at any time."""
    with transaction() as db:
        rows = [inbox.by_stripe_id(db, each).id for each in event_ids]
        if dead:
            rows += db.scalars(select(StripeEvent.id).where(StripeEvent.state == "dead")).all()
        for row in rows:
            inbox.replay(db, row, now=clock.now())
    for row in rows:
        tasks.apply_stripe_event(row)
    with transaction() as db:
        for event in db.scalars(select(StripeEvent).where(StripeEvent.id.in_(rows))):
            click.echo(f"{event.stripe_id} is {event.state} {event.error or ''}".rstrip())
