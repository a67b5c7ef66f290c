"""The command line ``matinee``: its list of commands, and what surrounds each of them."""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys
from contextlib import ExitStack
from typing import Any

import click

# A command's module is imported when it is called, so that this list costs nothing to print.
COMMANDS = {
    "run": ("commands.run:run", "Start everything, and stop it with Ctrl-C."),
    "settings": ("commands.settings:settings", "Print what is in force, secrets masked."),
    "db": ("commands.database:database", "Bring the schema to a version, or say which it has."),
    "catalog": ("commands.catalog:catalog", "Import and seed the films, and find which are alike."),
    "offers": ("commands.offers:offers", "List, add, change and end what is proposed."),
    "history": ("commands.history:history", "Bring trials and payments of another service."),
    "notices": ("commands.notices:notices", "Take in that an e-mail came back."),
    "staff": ("commands.staff:staff", "List who has which role, and give and take roles."),
    "report": ("commands.report:report", "Draw a report: conversion, funnel, films, money."),
    "rates": ("commands.rates:rates", "Bring, list and set exchange rates for the reports."),
    "events": ("commands.events:events", "List what Stripe delivered, and handle it again."),
    "reconcile": ("commands.reconcile:reconcile", "Compare all with Stripe, mend what differs."),
    "assets": ("commands.assets:assets", "Fetch the browser libraries of charts and player."),
    "clock": ("commands.clock:clock", "Move the demo forward in time."),
    "health": ("commands.health:health", "Say whether database and broker answer."),
    "web": ("commands.processes:web", "Serve the site."),
    "worker": ("commands.processes:worker", "Work on what waits: events, mails, reports."),
    "beat": ("commands.processes:beat", "Keep the timetable of what happens regularly."),
    "sandbox": ("commands.processes:sandbox", "Serve the stand-in for Stripe."),
    "inbox": ("commands.inbox:inbox", "Take in every e-mail and show it on a page."),
}
WITHOUT_DATABASE = ("run", "settings", "sandbox", "inbox", "assets")
PARENT = "MATINEE_SUPERVISOR"


class Commands(click.Group):
    """The commands of the table above, imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, from its module."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list under ``--help``, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, inside the embedded database where it needs that one."""
        words = [*ctx._protected_args, *ctx.args]
        with ExitStack() as held:
            is_asked_for_help = not set(words).isdisjoint(ctx.help_option_names)
            if words and words[0] not in WITHOUT_DATABASE and not is_asked_for_help:
                _hold_database(held)
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Matinee: a streaming service of your own, sold by its free trial."""


def main() -> None:
    """What ``matinee`` does: one clear line, and no traceback, for what a person can put right."""
    _end_with_supervisor()
    try:
        cli(prog_name="matinee")
    except _expected() as error:
        click.secho(getattr(error, "sentence", str(error)), fg="red", err=True)
        sys.exit(1)


def _hold_database(held: ExitStack) -> None:
    from core import postgres, settings

    found = settings.current()
    if found.database_url is None:
        held.enter_context(postgres.hold(found.home))


def _expected() -> tuple[type[Exception], ...]:
    # Asked for when something has gone wrong; importing it earlier would slow every command.
    from core.errors import DomainError
    from core.postgres import PostgresDown
    from core.settings import SettingsError

    return (DomainError, PostgresDown, SettingsError)


def _end_with_supervisor() -> None:
    """Leave with ``matinee run`` where that started us, however it ended."""
    parent = os.environ.pop(PARENT, None)
    if parent is None:
        return
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit(1)
