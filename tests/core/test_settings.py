"""Settings: read once, checked before anything starts, told in one line when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

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
}


@pytest.fixture
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that is ready for production, with a home of its own."""
    for name, value in {**READY, "MATINEE_HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_production_starts_with_every_setting(environment: pytest.MonkeyPatch) -> None:
    assert settings.read().origin == "https://films.example.org"


@pytest.mark.parametrize("name", sorted(READY.keys() - {"MATINEE_ENV"}))
def test_production_names_the_setting_that_is_missing(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.delenv(name)

    with pytest.raises(SettingsError, match=f"{name} is missing"):
        settings.read()


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
        ("MATINEE_PORT", "eight", "MATINEE_PORT cannot be used"),
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
