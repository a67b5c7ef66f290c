"""``matinee settings``: what is in force, where each value comes from, secrets masked."""

from __future__ import annotations

import click
from pydantic import SecretStr

from core import settings as settings_room
from core.settings import PREFIX, Settings, SettingsError

MASK = "••••••••"
FILLED_IN = {
    "public_url": "origin",
    "secret_key": "signing_key",
    "stripe_secret_key": "stripe_key",
    "stripe_webhook_secret": "webhook_secrets",
    "stripe_base_url": "stripe_url",
}


@click.command()
@click.option("--reveal", metavar="NAME", help="Print the value of one setting, secret or not.")
def settings(reveal: str | None) -> None:
    """Print the settings in force, with secrets masked."""
    found = settings_room.current()
    if reveal:
        click.echo(_value(found, _field(reveal)))
        return
    width = max(map(len, Settings.model_fields)) + len(PREFIX) + 2
    for name in Settings.model_fields:
        shown = MASK if _is_secret(name) and _value(found, name) else _value(found, name)
        source = "" if name in found.model_fields_set else "  (default)"
        click.echo(f"{PREFIX + name.upper():<{width}}{shown or '-'}{source}")


def _field(name: str) -> str:
    field = name.upper().removeprefix(PREFIX).lower()
    if field not in Settings.model_fields:
        raise SettingsError(f"There is no setting {PREFIX}{field.upper()}.")
    return field


def _is_secret(name: str) -> bool:
    return SecretStr in getattr(Settings.model_fields[name].annotation, "__args__", ())


def _value(found: Settings, name: str) -> str:
    """The value as text, with what development fills in where a setting is left out."""
    given = getattr(found, name)
    if given is None and name in FILLED_IN:
        given = getattr(found, FILLED_IN[name])
    if isinstance(given, SecretStr):
        given = given.get_secret_value()
    if isinstance(given, tuple):
        given = ",".join(given)
    return "" if given is None else str(given)
