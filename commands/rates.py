"""``matinee rates``: what each currency is worth in the one that reports are told in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commands import schema
from core import db
from reports import exchange_rates, periods
from reports.exchange_models import ExchangeRate
from reports.exchange_rates import BadRates


@click.group()
def rates() -> None:
    """Exchange rates, by which revenue of several currencies is told in one line."""


@rates.command("import")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
def bring(file: Path) -> None:
    """Keep the rates of FILE.csv: all of them, or none and every bad value.

    Its columns are day, currency, rate: on that day one unit of the currency was worth so many
    units of the reports' currency (MATINEE_REPORT_CURRENCY). The ECB's eurofxref-hist.csv is read
    as it is.
    """
    schema.ensure()
    with db.transaction() as session:
        number = exchange_rates.bring(session, file)
    click.echo(f"Kept {number:,} rates to {exchange_rates.target().upper()}.")


@rates.command("set")
@click.argument("day")
@click.argument("currency")
@click.argument("rate")
def put(day: str, currency: str, rate: str) -> None:
    """Keep one rate: on DAY one unit of CURRENCY was worth RATE units of the reports' currency."""
    schema.ensure()
    with db.transaction() as session:
        exchange_rates.put(session, periods.day(day), currency, _number(rate))
    click.echo(f"{day}: 1 {currency.upper()} is {rate} {exchange_rates.target().upper()}.")


@rates.command("list")
@click.option("--currency", help="The last fifty days of this one; else the last day of each.")
def list_(currency: str | None) -> None:
    """Print the rates, the last day of each currency."""
    schema.ensure()
    into = exchange_rates.target().upper()
    table = Table("Day", "Currency", f"In {into}", box=None)
    with db.transaction() as session:
        for one in exchange_rates.latest(session, currency):
            table.add_row(one.day.isoformat(), one.currency.upper(), _told(one))
    Console(width=100, soft_wrap=True).print(table)


def _told(one: ExchangeRate) -> str:
    """Six places for people; reports reckon with the whole of it."""
    return f"{float(Fraction(one.rate) / Fraction(one.per)):.6f}"


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadRates(f'"{text}" is not a rate such as 0.8571.') from None
