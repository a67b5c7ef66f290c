"""``matinee reconcile``: compares everything with Stripe, and mends and lists what differed."""

from __future__ import annotations

import click

from core import clock
from workers import reconciling, services, tasks
from workers.reconciling import Found


@click.command()
@click.option("--dry-run", is_flag=True, help="List what differs, and change nothing.")
def reconcile(dry_run: bool) -> None:
    """Compare every subscription, mend what differs, read what no delivery brought.

    E-mails that were missed are sent only where what they say is still true.
    """
    found = reconciling.sweep(services.stripe(), now=clock.now(), dry_run=dry_run)
    for one in found:
        _tell(one)
    count = sum(len(one.differences) for one in found)
    mended = "nothing was changed" if dry_run else "mended where Stripe knows better"
    click.echo(f"{count} differences, {mended}." if count else "Everything is as Stripe says.")
    if not dry_run:
        tasks.reconcile_events()
        click.echo(f"E-mails sent: {tasks.send_owed()}.")


def _tell(found: Found) -> None:
    click.echo(found.stripe_customer_id)
    for one in found.differences:
        ours, theirs = one.ours or "nothing", one.theirs or "nothing"
        click.echo(f"  {one.object_id} {one.field}: here {ours}, at Stripe {theirs}")
