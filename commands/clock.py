"""``matinee clock``: moves the demo forward, so that one sitting shows a trial to its end."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta

import click
from sqlalchemy import func, select

from billing.models import Invoice
from core import clock as time
from core import settings, zones
from core.db import transaction
from core.errors import DomainError
from notices.models import Notice
from workers import tasks

STEP = timedelta(hours=6)
LENGTH = re.compile(r"(\d{1,4})\s*([dhm])")
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


class NotEmbedded(DomainError):
    """In production time goes at its own pace."""

    sentence = "The clock can only be moved in development, where every service is our own."


class SandboxAway(DomainError):
    """Product and sandbox move together or not at all."""

    sentence = "The Stripe sandbox does not answer. Start everything with make run, then try again."


@click.group()
def clock() -> None:
    """The time of this installation."""


@clock.command()
def show() -> None:
    """Print the present instant here, and how far it is ahead of real time."""
    click.echo(f"{_said(time.now())}, {time.offset().days} days ahead of real time")


@clock.command()
@click.argument("by", metavar="LENGTH")
def advance(by: str) -> None:
    """Move product and sandbox forward together (23d, 12h, 90m) and run what falls due."""
    found, left = settings.current(), _length(by)
    if not found.embedded:
        raise NotEmbedded
    began = time.now()
    _ask_sandbox("GET", "/_sandbox/health")
    while left > timedelta():
        step = min(STEP, left)
        time.advance(found.home, step)
        _ask_sandbox("POST", "/_sandbox/clock/advance", seconds=int(step.total_seconds()))
        _ask_sandbox("POST", "/_sandbox/deliveries/flush")
        for task in tasks.FALLS_DUE:
            task()
        left -= step
    tasks.reconcile_events()
    tasks.send_owed()
    _tell(began)


def _length(text: str) -> timedelta:
    match = LENGTH.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter("give a length such as 23d, 12h or 90m", param_hint="LENGTH")
    return int(match[1]) * UNITS[match[2]]


def _ask_sandbox(method: str, path: str, **said: int) -> None:
    body = json.dumps(said).encode() if method == "POST" else None
    asked = urllib.request.Request(
        f"http://127.0.0.1:{settings.current().sandbox_port}{path}",
        data=body,
        method=method,
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 (our own)
            answer.read()
    except (urllib.error.URLError, TimeoutError) as away:
        raise SandboxAway from away


def _tell(began: datetime) -> None:
    with transaction() as db:
        mails = db.execute(
            select(Notice.kind, func.count())
            .where(Notice.accepted_at > began)
            .group_by(Notice.kind)
            .order_by(Notice.kind)
        ).all()
        paid = db.scalar(
            select(func.count()).where(Invoice.paid_at > began, Invoice.total_minor > 0)
        )
    click.echo(f"It is now {_said(time.now())}.")
    said = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in mails)
    click.echo(f"E-mails sent meanwhile: {said or 'none'}. Invoices paid meanwhile: {paid}.")


def _said(at: datetime) -> str:
    return zones.day_and_time(at, "UTC")
