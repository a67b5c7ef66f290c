"""The set-up says in one line what is missing on a machine."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            "error: Failed to build `argon2-cffi-bindings==26.2`\n"
            "error: command 'gcc' failed: No such file or directory\n",
            "argon2-cffi-bindings has no ready-made build for this machine, and there is no C",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "A package is not the one that was"),
        ("error: Failed to fetch\n  error sending request", "The package index does not answer or"),
        ("ERROR: No matching distribution found for x==1", "The package index does not answer or"),
        ("ERROR: the disk is full\n", "The packages could not be installed: ERROR: the disk is"),
    ],
)
def test_a_failed_installation_is_one_line(said, line):
    found = dev.why_not(said)

    assert found.startswith(line) and "\n" not in found


def test_a_word_that_is_no_command_is_answered_with_those_that_are():
    done = subprocess.run(
        [sys.executable, ROOT / "dev.py", "fly"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "There is no `fly`: say setup, run, test" in done.stderr


def test_an_environment_of_another_folder_is_not_used(tmp_path):
    # given a checkout that was moved with its environment
    shutil.copy(ROOT / "dev.py", tmp_path / "dev.py")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "made-for").write_text(str(dev.VENV))

    # then its set-up does not take that environment for its own
    program = "import dev; print(dev.runs())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_an_older_python_can_read_the_file_and_so_say_that_it_is_too_old():
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))
