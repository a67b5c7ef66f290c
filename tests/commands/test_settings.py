"""The settings in force can be read without telling a secret."""

from __future__ import annotations

from click.testing import CliRunner

from commands.settings import MASK, settings
from core import settings as settings_room


def test_the_list_shows_every_setting_and_no_secret(home):
    said = CliRunner().invoke(settings).output

    shown = {line.split()[0]: line.split()[1] for line in said.splitlines()}
    assert set(shown) == {f"MATINEE_{name.upper()}" for name in settings_room.Settings.model_fields}
    assert (shown["MATINEE_PORT"], shown["MATINEE_SECRET_KEY"]) == ("8000", MASK)
    assert settings_room.current().signing_key not in said


def test_one_setting_can_be_revealed_by_either_of_its_names():
    secret = settings_room.current().stripe_key

    for name in ("stripe_secret_key", "MATINEE_STRIPE_SECRET_KEY"):
        assert CliRunner().invoke(settings, ["--reveal", name]).output == f"{secret}\n"


def test_a_name_that_is_no_setting_is_named():
    result = CliRunner().invoke(settings, ["--reveal", "colour"])

    assert str(result.exception) == "There is no setting MATINEE_COLOUR."
