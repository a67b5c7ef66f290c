"""Settings: read once, checked before anything starts, told in one line when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from core import settings
from core.settings import SettingsError

READY = {
    "MATINEE_ENV": "production",
    "MATINEE_DATABASE_URL": "postgresql://m:m@db/m",
    "MATINEE_BROKER_URL": "amqp://m:m@broker//",
    "MATINEE_STRIPE_SECRET_KEY": "sk_live_x",
    "MATINEE_STRIPE_WEBHOOK_SECRET": "whsec_x",
    "MATINEE_SMTP_URL": "smtp://mail:25",
    "MATINEE_SECRET_KEY": "f" * 64,
    "MATINEE_PUBLIC_URL": "https://films.example.org",
    "MATINEE_MAIL_FROM": "Films <hello@films.example.org>",
    "MATINEE_POSTAL_ADDRESS": "Films, 9 Market Square, Leeds",
}
OF_YOUR_OWN = {"MATINEE_MAIL_FROM", "MATINEE_POSTAL_ADDRESS"}


@pytest.fixture
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that is ready for production, with a home of its own."""
    for name, value in {**READY, "MATINEE_HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_production_starts_with_every_setting(environment: pytest.MonkeyPatch) -> None:
    assert settings.read().origin == "https://films.example.org"


@pytest.mark.parametrize("name", sorted(READY.keys() - {"MATINEE_ENV", *OF_YOUR_OWN}))
def test_production_names_the_setting_that_is_missing(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.delenv(name)

    with pytest.raises(SettingsError, match=f"{name} is missing"):
        settings.read()


@pytest.mark.parametrize("name", sorted(OF_YOUR_OWN))
def test_production_does_not_write_to_people_as_the_example(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.delenv(name)

    with pytest.raises(SettingsError, match=f"{name} is still the example's"):
        settings.read()


def test_the_compose_file_passes_all_that_production_needs() -> None:
    compose = yaml.safe_load((settings.ROOT / "docker-compose.yml").read_text())

    given = {name.removesuffix("_FILE") for name in compose["x-matinee"]["environment"]}
    assert given == READY.keys() | {"MATINEE_PROXIES"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MATINEE_SECRET_KEY", "changeme", "MATINEE_SECRET_KEY is a default or too short"),
        ("MATINEE_PUBLIC_URL", "http://films.example.org", "must begin with https://"),
        ("MATINEE_STRIPE_SECRET_KEY", "sk_test_x", "is a test key"),
        ("MATINEE_STRIPE_SECRET_KEY", "rk_test_x", "is a test key"),
        ("MATINEE_STRIPE_WEBHOOK_SECRET", "secret", "must begin with whsec_"),
        ("MATINEE_STRIPE_WEBHOOK_SECRET", "", "MATINEE_STRIPE_WEBHOOK_SECRET is missing"),
        ("MATINEE_STRIPE_WEBHOOK_SECRET", "whsec_", "must begin with whsec_"),
        ("MATINEE_STRIPE_WEBHOOK_SECRET", "whsec_new,", "must begin with whsec_"),
        ("MATINEE_BROKER_URL", "memory://", "MATINEE_BROKER_URL must be heard by every process"),
        ("MATINEE_PORT", "eight", "MATINEE_PORT cannot be used"),
        ("MATINEE_PORT", "99999", "less than or equal to 65533"),
        ("MATINEE_ZONE", "Mars/Olympus", "MATINEE_ZONE cannot be used: there is no such zone"),
        ("MATINEE_ZONE", "Europe", "there is no such zone"),
        ("MATINEE_REPORT_CURRENCY", "zzz", "write its ISO 4217 code, such as gbp"),
        ("MATINEE_REPORT_CURRENCY", "GBP", "write its ISO 4217 code, such as gbp"),
        ("MATINEE_TERRITORY", "QQ", "there is no such country"),
        ("MATINEE_STREAMS_AT_ONCE", "0", "MATINEE_STREAMS_AT_ONCE cannot be used"),
        ("MATINEE_TRIALS_PER_CARD", "0", "MATINEE_TRIALS_PER_CARD cannot be used"),
        ("MATINEE_GRACE_DAYS_FIRST_CHARGE", "-1", "greater than or equal to 0"),
        ("MATINEE_GRACE_DAYS_RENEWAL", "-3", "greater than or equal to 0"),
        ("MATINEE_COLLECTION_WINDOW_DAYS", "-1", "greater than or equal to 0"),
        ("MATINEE_REDELIVERY_SECONDS", "-1", "greater than or equal to 1"),
        ("MATINEE_PAGE_CACHE_MB", "-1", "greater than or equal to 0"),
        ("MATINEE_SMTP_URL", "nonsense", "write it as smtp://"),
        ("MATINEE_SMTP_URL", "smtp://mail:twentyfive", "write it as smtp://"),
        ("MATINEE_BROKER_URL", "nonsense", "write it as amqp://"),
        ("MATINEE_DATABASE_URL", "mysql://m:m@db/m", "write it as postgresql://"),
        ("MATINEE_PUBLIC_URL", "ftp:/x", "write it as https://"),
        ("MATINEE_STRIPE_BASE_URL", "stripe", "write it as https://"),
        ("MATINEE_MAIL_FROM", "Matinee\nBcc: eve@example.org", "write it as Matinee <"),
        ("MATINEE_MAIL_FROM", "Matinee", "write it as Matinee <"),
        ("MATINEE_SECRET_KEY_FILE", "/nowhere/key", "cannot be read: No such file or directory"),
    ],
)
def test_a_value_that_will_not_do_is_named_with_its_reason(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment.setenv(name, value)

    with pytest.raises(SettingsError, match=said):
        settings.read()


def test_a_secret_may_come_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # given a secret in a file, as container engines hand them in
    (tmp_path / "key").write_text("e" * 64 + "\n")
    environment.delenv("MATINEE_SECRET_KEY")
    environment.setenv("MATINEE_SECRET_KEY_FILE", str(tmp_path / "key"))

    # then it is read as if it stood in the environment
    assert settings.read().signing_key == "e" * 64


def test_a_home_that_is_a_file_is_refused_in_one_line(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    environment.setenv("MATINEE_HOME", str(tmp_path / "file"))

    with pytest.raises(SettingsError, match="no folder that can be written to"):
        settings.read()


def test_a_file_that_is_no_text_is_refused_in_one_line(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    environment.setenv("MATINEE_SECRET_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(SettingsError, match="cannot be read: it is no text"):
        settings.read()


def test_a_file_may_be_named_in_the_env_file_where_the_environment_says_nothing(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # given a .env that names a file for a secret, which the environment says too
    (tmp_path / "key").write_text("e" * 64 + "\n")
    (tmp_path / ".env").write_text(f"MATINEE_SECRET_KEY_FILE={tmp_path / 'key'}\n")
    environment.setitem(settings.Settings.model_config, "env_file", tmp_path / ".env")
    assert settings.read().signing_key == READY["MATINEE_SECRET_KEY"]

    # when the environment says it no more
    environment.setenv("MATINEE_SECRET_KEY", "")

    # then the file is read
    assert settings.read().signing_key == "e" * 64


def test_a_database_may_be_written_as_some_hosts_write_it(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MATINEE_DATABASE_URL", "postgres://m:m@db/m")

    found = settings.read().database_url

    assert found is not None
    assert found.get_secret_value() == "postgresql://m:m@db/m"
