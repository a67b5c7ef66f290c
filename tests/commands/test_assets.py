"""The browser libraries are put in place, again if need be, and are missed without harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import assets


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose browser libraries have not been fetched."""
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    return tmp_path / "vendor"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder of packages, as npm leaves it."""
    for name, source in assets.FILES.items():
        (tmp_path / "packages" / source).parent.mkdir(parents=True)
        (tmp_path / "packages" / source).write_text(f"// {name}")
    return tmp_path / "packages"


def test_the_libraries_are_put_in_place_once(vendor, packages):
    # when they are asked for twice
    first = CliRunner().invoke(assets.assets, ["--from", str(packages)])
    second = CliRunner().invoke(assets.assets, ["--from", str(packages)])

    # then they are there, and the second time found them there
    assert sorted(path.name for path in vendor.iterdir()) == ["echarts.js", "hls.js", "lock"]
    assert (vendor / "hls.js").read_text() == "// hls.js"
    assert "are in place" in first.output and (second.exit_code, second.output) == (0, "")


def test_a_changed_lock_file_brings_them_anew(vendor, packages):
    # given libraries that an earlier lock file named
    vendor.mkdir()
    (vendor / "lock").write_text("another")

    CliRunner().invoke(assets.assets, ["--from", str(packages)])

    assert (vendor / "echarts.js").read_text() == "// echarts.js"


def test_without_npm_one_line_says_what_is_missing_and_the_command_ends_well(vendor, monkeypatch):
    monkeypatch.setenv("PATH", "")

    said = CliRunner().invoke(assets.assets, [])

    assert (said.exit_code, said.output.count("\n"), vendor.exists()) == (0, 1, False)
    assert "npm is not here" in said.output
