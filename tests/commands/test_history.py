"""History brought on the command line, into a home folder that has nothing yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.reports import test_history


def matinee(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commands", *words],
        env={**os.environ, "MATINEE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_history_can_be_brought_into_an_empty_installation(tmp_path: Path) -> None:
    # given a home folder without a database, and two files
    folder = str(test_history.folder(tmp_path))

    # when they are brought twice
    said = [matinee(tmp_path / "home", "history", "import", folder).stdout for _ in range(2)]

    # then the second time adds nothing
    assert said == [
        "Read 6 trials and 3 payments; 12 facts are new.\n",
        "Read 6 trials and 3 payments; 0 facts are new.\n",
    ]


def test_bad_values_are_told_line_by_line(tmp_path: Path) -> None:
    bad = test_history.TRIALS.replace("yes", "perhaps")
    folder = str(test_history.folder(tmp_path, bad))

    refused = matinee(tmp_path / "home", "history", "import", folder)

    lines = refused.stderr.splitlines()
    assert (refused.returncode, len(lines), lines[-1]) == (1, 7, "Nothing was imported.")
    assert lines[0] == 'trials.csv, line 2, column carded: "perhaps" is none of yes, no.'
