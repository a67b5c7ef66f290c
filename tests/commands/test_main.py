"""The command line says what it can do, starts the database by itself, and fails in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commands.main import COMMANDS, cli
from core import postgres
from core.postgres import PostgresDown

ROOT = Path(__file__).resolve().parents[2]


def matinee(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "commands", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_is_there_and_explains_itself(db, name):
    command = cli.get_command(None, name)

    assert command is not None and command.help


def test_the_list_of_commands_is_printed_without_importing_one():
    program = "import sys; from commands.main import cli; cli(['--help'], standalone_mode=False); "
    program += "print([name for name in ('sqlalchemy', 'flask', 'celery') if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert all(name in said for name in COMMANDS)
    assert said.splitlines()[-1] == "[]"


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_starts_no_database(home, word):
    done = matinee("clock", word, MATINEE_HOME=str(home))

    assert (done.returncode, "Usage:" in done.stdout) == (0, True)
    assert not (home / "postgres").exists()


def test_a_command_has_the_embedded_database_while_it_runs(home):
    # when the database is brought to its newest version, then asked
    done = [matinee("db", *words, MATINEE_HOME=str(home)) for words in (("upgrade",), ("current",))]

    # then both answer, and nothing runs any more
    assert [each.returncode for each in done] == [0, 0]
    assert "the newest" in done[1].stdout
    with pytest.raises(PostgresDown):
        postgres.running_url(home)


def test_what_a_person_can_put_right_is_one_line_and_no_traceback(home):
    done = matinee("db", "current", MATINEE_HOME=str(home), MATINEE_PORT="eight thousand")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("MATINEE_PORT cannot be used")
    assert len(done.stderr.splitlines()) == 1


def test_production_says_everything_that_is_missing(home):
    done = matinee("web", MATINEE_HOME=str(home), MATINEE_ENV="production")

    missing = [line.split(" ")[0] for line in done.stderr.splitlines()]
    assert missing == [
        "MATINEE_DATABASE_URL",
        "MATINEE_BROKER_URL",
        "MATINEE_STRIPE_SECRET_KEY",
        "MATINEE_STRIPE_WEBHOOK_SECRET",
        "MATINEE_SMTP_URL",
        "MATINEE_SECRET_KEY",
        "MATINEE_PUBLIC_URL",
        "MATINEE_MAIL_FROM",
        "MATINEE_POSTAL_ADDRESS",
    ]
