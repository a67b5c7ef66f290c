"""``matinee offers``: what is proposed, to whom, until when; adding, changing and ending it."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from billing import offering, terms
from billing.models import Offer
from billing.offering import BadOffer
from billing.offers import has_way_in, is_over
from core import clock, money, settings
from core.db import transaction
from reports import periods

Command = TypeVar("Command", bound=Callable[..., Any])
INSTEAD = "End it, and add another with another code."


@click.group()
def offers() -> None:
    """The offers: the record behind every call to action and every checkout."""


@offers.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that are over.")
def list_(every: bool) -> None:
    """Print the offers, the newest first, as those read them today to whom they are shown."""
    now = clock.now()
    table = Table("Code", "Kind", "Reads", "To whom", "From", "Until", box=None)
    with transaction() as db:
        found = [one for one in offering.listed(db) if every or not is_over(one, now=now)]
        for offer in found:
            table.add_row(*_row(offer, now))
        unreached = [offer.code for offer in found if not has_way_in(offer)]
    Console(width=160, soft_wrap=True).print(table)
    for code in unreached:
        click.echo(f"“{code}” is on no page: its code fits no address. {INSTEAD}")


def _row(offer: Offer, now: datetime) -> tuple[str, ...]:
    places = ", ".join(offer.territories) or "everywhere"
    shown = "" if offer.on_pages else ", not on pages"
    return (
        offer.code,
        f"{offer.kind} ({offer.brand})" if offer.brand else offer.kind,
        _reads(offer, now),
        f"{offer.audience}, {places}{shown}",
        f"{offer.starts_at:%Y-%m-%d %H:%M}" if offer.starts_at else "",
        f"{offer.ends_at:%Y-%m-%d %H:%M}" if offer.ends_at else "",
    )


def _reads(offer: Offer, now: datetime) -> str:
    """The words of the button and beside it, as those read them for whom the offer is made: who has
    had a trial is promised no free days of ours, and a partner knows nothing of that."""
    told = terms.of(offer, now=now)
    if offer.kind == "own" and offer.audience == "returning":
        return f"{told.paid_call or f'Watch again for {told.price}'}. {told.paid_promise}"
    return f"{told.call}. {told.sentence}"


def _readings(command: Command) -> Command:
    """The options by which an offer reads and is shown, shared by ``add`` and ``change``."""
    for option in (
        click.option("--name", help="What it is called on the invoice."),
        click.option("--brand", help="The name that {brand} stands for; a partner's, or ours."),
        click.option(
            "--words", help="On the button; may name {brand}, {price} and, for the new, {days}."
        ),
        click.option("--banner", help="On the line above every page; may name the same."),
        click.option("--territory", "territories", multiple=True, help="GB and the like; repeat."),
        click.option("--everywhere", is_flag=True, help="Instead of territories."),
        click.option("--audience", type=click.Choice(["everyone", "new", "returning"])),
        click.option("--from", "starts_at", metavar="INSTANT", help="Shown from then on."),
        click.option("--until", "ends_at", metavar="INSTANT", help="Shown until then."),
        click.option("--on-pages/--not-on-pages", default=None, help="Else only to switch to."),
        click.option("--partner-url", help="Where a partner's offer leads, with our credit in it."),
        click.option("--partner-code", help="The code to name there, where credit goes by code."),
        click.option("--reason", required=True, help="Why; it is kept in the audit."),
    ):
        command = option(command)
    return command


@offers.command()
@click.argument("code")
@click.option("--price", required=True, help="For each month or year: 6.99")
@click.option("--currency", required=True, help="ISO 4217: gbp")
@click.option("--interval", type=click.Choice(["month", "year"]), default="month")
@click.option("--days", "trial_days", type=int, default=30, show_default=True)
@click.option("--tax", type=click.Choice(["exclusive", "inclusive"]), default="exclusive")
@click.option("--partner", is_flag=True, help="Somebody else's offer, never charged here.")
@_readings
def add(code: str, price: str, currency: str, partner: bool, reason: str, **said: Any) -> None:
    """Put up the offer CODE."""
    kept = _given(said)
    kept |= {"code": code, "kind": "partner" if partner else "own"}
    kept |= {"currency": currency.lower(), "amount_minor": _minor(price, currency)}
    kept.setdefault("name", settings.current().site_name)
    _told(lambda db, now: offering.add(db, actor=_actor(), reason=reason, now=now, **kept))


@offers.command()
@click.argument("code")
@_readings
def change(code: str, reason: str, **said: Any) -> None:
    """Change how the offer CODE reads or to whom it is shown. Its price and days stay."""
    kept = _given(said)
    _told(lambda db, now: offering.change(db, code, actor=_actor(), reason=reason, now=now, **kept))


@offers.command()
@click.argument("code")
@click.option("--at", metavar="INSTANT", help="From then on; now, unless given.")
@click.option("--reason", required=True, help="Why; it is kept in the audit.")
def end(code: str, at: str | None, reason: str) -> None:
    """Show the offer CODE no longer, or never. Who has agreed to it keeps it."""
    last = periods.instant(at) if at else None
    _told(
        lambda db, now: offering.end(
            db, code, at=last or now, actor=_actor(), reason=reason, now=now
        )
    )


def _told(change: Callable[[Any, datetime], Offer]) -> None:
    now = clock.now()
    with transaction() as db:
        offer = change(db, now)
        if not offer.active:
            click.echo(f"{offer.code} is taken off before it has begun: it is never shown.")
            return
        lasts = f" until {offer.ends_at:%Y-%m-%d %H:%M %Z}" if offer.ends_at else ""
        click.echo(f"{offer.code}{lasts}: {_reads(offer, now)}")


def _given(said: dict[str, Any]) -> dict[str, Any]:
    """What was typed, in the words of the record; what was left out stays as it is. Raises
    ``UsageError``."""
    everywhere = said.pop("everywhere")
    if everywhere and said["territories"]:
        raise click.UsageError("Name territories, or --everywhere.")
    found = {name: value for name, value in said.items() if value not in (None, ())}
    for name in ("starts_at", "ends_at"):
        if name in found:
            found[name] = periods.instant(found[name])
    if everywhere or "territories" in found:
        found["territories"] = [] if everywhere else list(found["territories"])
    return found


def _minor(price: str, currency: str) -> int:
    """``6.99`` of a currency with two places is 699. Raises ``BadOffer``."""
    try:
        return money.minor(price, currency)
    except ValueError as wrong:
        raise BadOffer(str(wrong)) from None


def _actor() -> str:
    return f"command line: {getpass.getuser()}"
