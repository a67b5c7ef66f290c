"""``matinee notices``: what becomes of e-mails after the mail server took them."""

from __future__ import annotations

from typing import BinaryIO

import click

from commands import schema
from core import clock, db
from core.errors import DomainError
from notices import bounces
from reports import subscription_facts


@click.group()
def notices() -> None:
    """Tell Matinee what became of its e-mails."""


@notices.command()
@click.argument("report", type=click.File("rb"), default="-")
def bounced(report: BinaryIO) -> None:
    """Take in the REPORT of a mail server that an e-mail came back (standard input, if not named).

    Let your mail server pipe what comes to the sender's address into this command. A reminder that
    came back counts as missing.
    """
    schema.ensure()
    now = clock.now()
    try:
        with db.transaction() as session:
            notice = bounces.take(session, report.read(), now=now)
            if notice.member_id is not None:
                subscription_facts.note(session, notice.member_id, now=now)
            words = notice.kind.replace("_", " ")
    except DomainError as wrong:
        raise click.ClickException(wrong.sentence) from wrong
    click.echo(f"Noted that the e-mail “{words}” came back. The desk's alarms name its receiver.")
