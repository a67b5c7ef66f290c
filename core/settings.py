"""Every setting of Matinee, read once from the environment and checked before anything starts."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from core import setting_values

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "MATINEE_"
NEEDED_IN_PRODUCTION = (
    "database_url",
    "broker_url",
    "stripe_secret_key",
    "stripe_webhook_secret",
    "smtp_url",
    "secret_key",
    "public_url",
)
OF_YOUR_OWN = ("mail_from", "postal_address")


class SettingsError(Exception):
    """The settings cannot be used; the text says which and what to do."""


class Settings(BaseSettings):
    """What is in force. A value left out is filled by the embedded services in development."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        env_file=ROOT / ".env",
        env_ignore_empty=True,
    )

    env: Literal["development", "production"] = "development"
    home: Path = ROOT / "var"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_533)
    server: Literal["gunicorn", "granian"] = "gunicorn"
    threads: int = Field(default=8, ge=1, le=64)
    public_url: str | None = None
    proxies: int = Field(default=0, ge=0, le=9)
    database_url: SecretStr | None = None
    broker_url: SecretStr | None = None
    secret_key: SecretStr | None = None
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_base_url: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = "Matinee <hello@matinee.example>"
    postal_address: str = "Matinee, 1 Example Street, London"
    site_name: str = "Matinee"
    zone: str = "UTC"
    report_currency: str | None = None
    territory: str = Field(default="GB", pattern="^[A-Z]{2}$")
    reviews_held: bool = False
    redelivery_seconds: int = Field(default=120, ge=1)
    page_cache_mb: int = Field(default=64, ge=0)
    maintenance_until: AwareDatetime | None = None
    streams_at_once: int = Field(default=3, ge=1)
    grace_days_first_charge: int = Field(default=3, ge=0)
    grace_days_renewal: int = Field(default=21, ge=0)
    retry_days: int = Field(default=14, ge=0)
    refund_ends_access: bool = True
    trials_per_card: int = Field(default=1, ge=1)
    terms_notice_months: int = Field(default=12, ge=1, le=24)
    withdrawal_refund: Literal["full", "unused"] = "full"
    stripe_tax: bool = False
    collection_window_days: int = Field(default=14, ge=0)

    _zone = field_validator("zone")(setting_values.zone)
    _territory = field_validator("territory")(setting_values.territory)
    _currency = field_validator("report_currency")(setting_values.currency)
    _sender = field_validator("mail_from")(setting_values.sender)
    _web = field_validator("public_url", "stripe_base_url")(setting_values.web_address)
    _database = field_validator("database_url")(setting_values.database)
    _broker = field_validator("broker_url")(setting_values.broker)
    _mail_server = field_validator("smtp_url")(setting_values.mail_server)

    @property
    def embedded(self) -> bool:
        """Whether the services beside us are our own: their clock and data may be moved."""
        return self.env == "development"

    @property
    def sandbox_port(self) -> int:
        """The port of the Stripe stand-in: the one after the site's."""
        return self.port + 1

    @property
    def inbox_port(self) -> int:
        """The port of the local inbox: the one after the sandbox's."""
        return self.port + 2

    @property
    def has_own_inbox(self) -> bool:
        """Whether e-mails end in the local inbox, where anybody at this machine reads them."""
        return self.embedded and self.smtp_url is None

    @cached_property
    def origin(self) -> str:
        """The address that people and e-mails use, without a slash at its end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @cached_property
    def signing_key(self) -> str:
        """The key of cookies and links; kept in the home folder when the environment names none."""
        return self._secret(self.secret_key, "secret_key", "")

    @cached_property
    def stripe_key(self) -> str:
        """The secret key for Stripe's API; any test key opens the sandbox."""
        return self._secret(self.stripe_secret_key, "stripe_secret_key", "sk_test_")

    @property
    def livemode(self) -> bool:
        """Whether the key, a restricted one too, is of the account in which money is real."""
        return self.stripe_key.startswith(("sk_live_", "rk_live_"))

    @cached_property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Every secret a delivery may be signed with, newest first; several while one rotates."""
        text = self._secret(self.stripe_webhook_secret, "stripe_webhook_secret", "whsec_")
        return tuple(part.strip() for part in text.split(",") if part.strip())

    @cached_property
    def stripe_url(self) -> str | None:
        """Where Stripe's API is asked: the sandbox in development, else Stripe's own."""
        if self.stripe_base_url or not self.embedded:
            return self.stripe_base_url
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def mail_url(self) -> str:
        """The SMTP server that e-mails are handed to: the setting, or the local inbox.

        Raises ``SettingsError`` while there is neither.
        """
        if self.smtp_url is not None:
            return self.smtp_url.get_secret_value()
        kept = self.home / "run" / "smtp_port"
        if not self.embedded or not kept.exists():
            raise SettingsError(f"{PREFIX}SMTP_URL is not set, and no local inbox is running.")
        return f"smtp://127.0.0.1:{kept.read_text().strip()}"

    def _secret(self, given: SecretStr | None, name: str, prefix: str) -> str:
        if given is not None:
            return given.get_secret_value()
        path = self.home / "secrets" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(prefix + secrets.token_hex(32))
            with suppress(FileExistsError):  # processes that start together agree on the first
                path.hardlink_to(fresh)
            fresh.unlink()
        return path.read_text().strip()


def read() -> Settings:
    """Read the environment (``MATINEE_X``, or ``MATINEE_X_FILE`` naming a file that holds it).

    Raises ``SettingsError`` with one line per setting that is wrong or, in production, missing.
    """
    try:
        found = Settings(**_from_files())  # type: ignore[arg-type]  # texts; pydantic converts them
    except ValidationError as wrong:
        lines = [
            f"{PREFIX}{str(error['loc'][0]).upper()} cannot be used: "
            f"{error['msg'].removeprefix('Value error, ')}."
            for error in wrong.errors()
        ]
        raise SettingsError("\n".join(lines)) from wrong
    home = found.home
    if home.exists() and not (home.is_dir() and os.access(home, os.W_OK)):
        raise SettingsError(
            f"{PREFIX}HOME is {home}, which is no folder that can be written to: name another."
        )
    if found.env == "production":
        refuse_unready(found)
    return found


def _from_files() -> dict[str, str]:
    """What the files hold that the environment names, or ``.env`` where it says nothing itself."""
    listed = {name.upper(): path for name, path in DotEnvSettingsSource(Settings).env_vars.items()}
    said = {name: value for name, value in os.environ.items() if value}
    named = {
        name: path
        for name, path in (listed | said).items()
        if name.startswith(PREFIX) and name.endswith("_FILE") and path
        if name in said or name.removesuffix("_FILE") not in said
    }
    return {
        name.removeprefix(PREFIX).removesuffix("_FILE").lower(): _text(name, path)
        for name, path in named.items()
    }


def _text(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except (OSError, ValueError) as wrong:
        why = getattr(wrong, "strerror", None) or "it is no text"
        raise SettingsError(f"{name} is {path}, which cannot be read: {why}.") from wrong


def refuse_unready(found: Settings) -> None:
    """Stop a production start that misses a setting or still has one meant for development."""
    wrong = [
        f"{PREFIX}{name.upper()} is missing: production needs it."
        for name in NEEDED_IN_PRODUCTION
        if getattr(found, name) is None
    ]
    wrong += [
        f"{PREFIX}{name.upper()} is still the example's: production needs your own."
        for name in OF_YOUR_OWN
        if getattr(found, name) == Settings.model_fields[name].default
    ]
    key = found.secret_key.get_secret_value() if found.secret_key else "x" * 32
    if len(key) < 32 or key.lower().startswith(("change", "default", "example", "secret")):
        wrong.append(f"{PREFIX}SECRET_KEY is a default or too short: use 32 random characters.")
    if found.public_url and not found.public_url.startswith("https://"):
        wrong.append(f"{PREFIX}PUBLIC_URL must begin with https:// in production.")
    stripe_key = found.stripe_secret_key.get_secret_value() if found.stripe_secret_key else ""
    if stripe_key.startswith(("sk_test_", "rk_test_")) and not found.stripe_base_url:
        wrong.append(f"{PREFIX}STRIPE_SECRET_KEY is a test key: production needs a live one.")
    if found.broker_url and found.broker_url.get_secret_value().startswith("memory:"):
        wrong.append(f"{PREFIX}BROKER_URL must be heard by every process: use amqp:// or pgmq://.")
    hooks = found.stripe_webhook_secret
    named = [] if hooks is None else [one.strip() for one in hooks.get_secret_value().split(",")]
    if not all(hook.startswith("whsec_") and hook != "whsec_" for hook in named):
        wrong.append(f"{PREFIX}STRIPE_WEBHOOK_SECRET must begin with whsec_, each where several.")
    if wrong:
        raise SettingsError("\n".join(wrong))


_current: list[Settings] = []


def current() -> Settings:
    """The settings in force in this process; read at the first call."""
    if not _current:
        _current.append(read())
    return _current[-1]


def use(settings: Settings) -> None:
    """Put other settings in force, for a process that starts with its own (tests, the set-up)."""
    _current[:] = [settings]
