"""What a setting may be, beyond its type: each check answers the value, or says what to write."""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies
from pydantic import SecretStr

from core import territories

SCHEMES = ("amqp", "amqps", "pgmq", "memory")


def zone(given: str) -> str:
    """A zone of the IANA's list."""
    try:
        ZoneInfo(given)
    except (LookupError, ValueError, OSError):
        raise ValueError("there is no such zone: write one such as Europe/London") from None
    return given


def territory(given: str) -> str:
    """A country, by the code that its prices and certificates stand under."""
    if given not in territories.names():
        raise ValueError("there is no such country: write its ISO 3166 code, such as GB")
    return given


def currency(given: str | None) -> str | None:
    """A currency that there is, by its ISO 4217 code in lower case, as Stripe writes it."""
    if given is not None and (not given.islower() or given.upper() not in list_currencies()):
        raise ValueError("there is no such currency: write its ISO 4217 code, such as gbp")
    return given


def sender(given: str) -> str:
    """Whom e-mails come from, on one line."""
    if len(given.splitlines()) != 1 or "@" not in parseaddr(given)[1]:
        raise ValueError("write it as Matinee <hello@example.org>")
    return given


def web_address(given: str | None) -> str | None:
    """Where something answers on the web."""
    if given is not None and not _names_host(given, "http", "https"):
        raise ValueError("write it as https://films.example.org")
    return given


def mail_server(given: SecretStr | None) -> SecretStr | None:
    """Where e-mails are handed in."""
    if given is not None and not _names_host(given.get_secret_value(), "smtp", "smtps"):
        raise ValueError("write it as smtp://user:password@host:587, or with smtps://")
    return given


def broker(given: SecretStr | None) -> SecretStr | None:
    """Where tasks wait: RabbitMQ, or a queue in PostgreSQL."""
    if given is not None and given.get_secret_value().partition("://")[0] not in SCHEMES:
        raise ValueError("write it as amqp://user:password@host:5672/, or with pgmq://")
    return given


def database(given: SecretStr | None) -> SecretStr | None:
    """Where the database is; ``postgres://``, as some hosts write it, is ``postgresql://``."""
    if given is None:
        return None
    scheme, _, rest = given.get_secret_value().partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg") or not rest:
        raise ValueError("write it as postgresql://user:password@host:5432/name")
    return SecretStr(f"postgresql://{rest}") if scheme == "postgres" else given


def _names_host(given: str, *schemes: str) -> bool:
    try:
        at = urlsplit(given)
        return at.scheme in schemes and bool(at.hostname) and at.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False
