"""``matinee staff``: who has which role at the desk. The first admin of an installation is made so,
for at the desk only an admin gives roles."""

from __future__ import annotations

import getpass

import click
from sqlalchemy import select

from accounts import merges, roles
from accounts.models import Member
from billing import staff as staff_room
from commands import schema
from core import clock, db


@click.group()
def staff() -> None:
    """List who is staff, and give and take their roles."""


@staff.command("list")
def list_() -> None:
    """Print everybody with a role."""
    schema.ensure()
    with db.transaction() as session:
        for member in session.scalars(select(Member).where(Member.roles.any()).order_by(Member.id)):
            click.echo(f"{member.email}  {_named(member)}")


@staff.command("set")
@click.argument("email")
@click.option(
    "--role",
    "names",
    multiple=True,
    type=click.Choice(roles.NAMES),
    help="One of theirs from now on; several times for several, left out for none.",
)
@click.option("--reason", required=True, help="Why; kept in the audit.")
def set_(email: str, names: tuple[str, ...], reason: str) -> None:
    """Let the member with this address hold exactly these roles. They sign up on the site first."""
    schema.ensure()
    actor = f"command line: {getpass.getuser()}"
    with db.transaction() as session:
        member = merges.by_address(session, email)
        if member is None:
            raise click.ClickException(f"No member has {email}: sign up with it on the site first.")
        staff_room.set_roles(session, member, names, actor=actor, reason=reason, now=clock.now())
        click.echo(f"{member.email} holds {_named(member)} from now on.")


def _named(member: Member) -> str:
    return ", ".join(sorted(role.name for role in member.roles)) or "no role"
